"""Options of `run` and `gate`: they compare a run, waive its fails and decide on it."""

import dataclasses
import functools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from atverdict.cli.problems import Problem, explained
from atverdict.cli.stored_run import stored_run
from atverdict.conformance.preparation.selection import parse_selection
from atverdict.reports.comparison.as_text import comparison_text
from atverdict.reports.comparison.comparison import Comparison, Run, compare, run_of
from atverdict.reports.dossier import Dossier
from atverdict.reports.gate.gate import LEVELS, NO_FAIL, NO_NEW_FAIL, Gate, gate, in_area
from atverdict.reports.gate.text import gate_text
from atverdict.reports.gate.waived_text import waived_text
from atverdict.reports.waiver import Waiver, applied, load_waivers
from atverdict.spec.loader import load_specification

__all__ = ["Gating", "gate_options", "read_waivers", "waivers_option", "with_waivers"]

waivers_option = click.option(
    "--waivers",
    "waivers_path",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Fails that a person answers for (TOML). They are shown as waived, never as passed.",
)


def read_waivers(path: Path | None) -> tuple[Waiver, ...] | None:
    """Read a file of waivers; None where none is given. Raises `Problem`."""
    if path is None:
        return None
    with explained():
        return load_waivers(path, load_specification().requirements)


def with_waivers(dossier: Dossier, waivers: tuple[Waiver, ...] | None) -> Dossier:
    """Return the dossier with its fails waived; as it is without waivers."""
    if waivers is None:
        return dossier
    return dataclasses.replace(dossier, waived=applied(dossier.judgement, waivers))


@dataclass(frozen=True, slots=True)
class Gating:
    """The baseline, the level, the areas and the waivers by which a run is decided."""

    level: str
    """One of the gate's levels; empty where no gate was asked for."""
    baseline: Run | None
    areas: tuple[str, ...]
    waivers: tuple[Waiver, ...] | None

    def compared(self, dossier: Dossier, log: Path) -> Comparison | None:
        """Compare with the baseline; None where there is none."""
        if self.baseline is None:
            return None
        return compare(self.baseline, run_of(dossier, log), dossier.waived)

    def gate(self, dossier: Dossier, comparison: Comparison | None) -> Gate | None:
        """Decide; None where no gate was asked for."""
        if not self.level:
            return None
        return gate(
            dossier.judgement,
            comparison=comparison if self.level == NO_NEW_FAIL else None,
            areas=self.areas,
            waived=dossier.waived,
        )

    def show(self, dossier: Dossier, log: Path) -> int:
        """Show waivers, comparison and gate, and return the exit code.

        With a gate it is the gate's; without one it is the run's, but a regression makes 0 and 2
        to 1.
        """
        comparison = self.compared(dossier, log)
        decided = self.gate(dossier, comparison)
        if dossier.waived is not None:
            click.echo(waived_text(dossier.waived), nl=False)
        if comparison is not None:
            click.echo(f"\n{comparison_text(comparison)}", nl=False)
        code = dossier.judgement.exit_code
        if decided is not None:
            click.echo(gate_text(decided), nl=False)
            code = decided.code
        elif comparison is not None and comparison.regressions and code in {0, 2}:
            code = 1
        return code


def gate_options(option: str, *, always: bool = False) -> Callable[..., Callable[..., None]]:
    """Add the options to a command, which gets them as one `gating`.

    `option` is the name of the one that chooses the level; `always` decides at some level even
    where none is named.
    """

    def decorate(function: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(function)
        def command(
            *arguments: object,
            level: str | None,
            baseline: Path | None,
            judged: str | None,
            waivers_path: Path | None,
            **options: Any,  # noqa: ANN401 - whatever the command has besides
        ) -> None:
            areas = _areas(judged)
            asked = bool(level or areas or always)
            usual = NO_FAIL if baseline is None else NO_NEW_FAIL
            if level == NO_NEW_FAIL and baseline is None:
                raise Problem(f"{option} {level} needs --baseline, the run to compare with")
            waivers = read_waivers(waivers_path)
            run = None if baseline is None else stored_run(baseline)
            gating = Gating((level or usual) if asked else "", run, areas, waivers)
            function(*arguments, gating=gating, **options)

        for add in (
            waivers_option,
            click.option(
                "--judged",
                metavar="AREA,...",
                help="Close the gate if one of these areas, such as SEQ, is not judged as a whole.",
            ),
            click.option(
                option,
                "level",
                type=click.Choice(LEVELS),
                help="Close the gate for any fail, or only for a fail that the baseline has not.",
            ),
            click.option(
                "--baseline",
                type=click.Path(path_type=Path),
                metavar="RUN",
                help="An earlier run to compare with: its folder or its log.",
            ),
        ):
            command = add(command)
        return command

    return decorate


def _areas(text: str | None) -> tuple[str, ...]:
    """Split ``--judged``. Raises `Problem` for what is no area."""
    areas = parse_selection(text)
    if text is not None and not areas:
        raise Problem("--judged names nothing; leave it out to demand nothing")
    for area in areas:
        if not any(in_area(area, known) for known in load_specification().requirements):
            raise Problem(f"--judged: {area} is no area and no requirement")
    return areas
