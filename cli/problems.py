"""Problems for the user: one sentence and an exit code, and never a traceback."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import click

from atverdict.adapters.pco import AddressError, ControlError
from atverdict.cli.main import SUITE_FAILED, WRONG_INPUT
from atverdict.conformance.evidence.log import LogError
from atverdict.conformance.preparation.pixit import InputError
from atverdict.spec.loader import SpecificationError, load_specification

__all__ = ["Problem", "SuiteProblem", "explained", "known_profile", "writing"]


class Problem(click.ClickException):
    """A mistake of the user, in one sentence."""

    exit_code = WRONG_INPUT


class SuiteProblem(click.ClickException):
    """A failure of the suite itself."""

    exit_code = SUITE_FAILED


@contextlib.contextmanager
def explained() -> Iterator[None]:
    """Turn errors that the user can mend into a `Problem`."""
    try:
        yield
    except (AddressError, ControlError, InputError, LogError) as error:
        raise Problem(str(error)) from error
    except SpecificationError as error:
        raise SuiteProblem(f"the specification is damaged: {error}") from error


@contextlib.contextmanager
def writing(path: Path, problem: type[click.ClickException] = Problem) -> Iterator[None]:
    """Turn an error of writing to a file or a folder into a `problem`."""
    try:
        yield
    except OSError as error:
        raise problem(f"{error.filename or path}: {error.strerror}") from error


def known_profile(name: str) -> str:
    """Return the full name of a profile. Raises `Problem` for one that does not exist."""
    specification = load_specification()
    try:
        return specification.profile(name).name
    except KeyError as error:
        known = ", ".join([*specification.profiles, *specification.overlays])
        raise Problem(f"profile {name}: {error.args[0]} is not known; known are {known}") from error
