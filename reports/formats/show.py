"""The texts of `atverdict show`: the verdicts of a run, or one verdict with its evidence."""

from collections.abc import Iterator

from atverdict.conformance.evidence.verdict import Outcome
from atverdict.conformance.judge.judgement import Judgement
from atverdict.reports.case import Case, cases, causes
from atverdict.reports.dossier import Dossier
from atverdict.reports.scenes.diagram_text import diagram_lines
from atverdict.reports.scenes.scene import Scene
from atverdict.reports.text import WIDTH, clean, paragraph, wrapped

__all__ = ["Line", "evidence", "overview", "scene_lines"]

Line = tuple[str, str]
"""A line of text and its kind: a verdict, ``expected``, ``came``, or empty."""
SILENT = (Outcome.PASS, Outcome.NOT_APPLICABLE)


def overview(judgement: Judgement) -> Iterator[Line]:
    """Yield the counts by area, then each requirement that did not pass and applies."""
    shown = cases(judgement)
    header = judgement.header
    names = header.iut.get("name", ""), header.iut.get("firmware", ""), header.address
    named = ", ".join(clean(name) for name in names if name)
    yield from _folded(f"{named}; profile {header.profile}")
    because = judgement.inconclusive_because if judgement.outcome is Outcome.INCONCLUSIVE else ""
    verdict = f"Verdict: {judgement.outcome.value}{because and f', {because}'}"
    for line, _ in _folded(verdict):
        yield line, judgement.outcome.value
    yield "", ""
    used = [outcome for outcome in Outcome if judgement.count(outcome)]
    columns = {outcome: len(outcome.value) + 2 for outcome in used}
    yield f"{'':10}" + "".join(f"{o.value:>{columns[o]}}" for o in used), ""
    for area in dict.fromkeys(case.area for case in shown):
        those = [case.outcome for case in shown if case.area == area]
        counts = "".join(f"{those.count(o) or '-':>{columns[o]}}" for o in used)
        worst = Outcome.FAIL if Outcome.FAIL in those else None
        yield f"{area:10}{counts}", worst.value if worst else ""
    yield "", ""
    told = (outcome for outcome in Outcome if outcome not in SILENT)
    for case in (c for outcome in told for c in causes(judgement, outcome)):
        yield _short(case)
        for effect in case.effects:
            line, kind = _short(effect)
            yield f"  {wrapped(line, WIDTH - 2, 1)[0]}", kind


def _short(case: Case) -> Line:
    text = f"{case.outcome.value:12}  {case.identifier:20} {case.sentence}"
    return wrapped(text, WIDTH, 1)[0], case.outcome.value


def evidence(dossier: Dossier, identifier: str) -> Iterator[Line]:
    """Yield all that the log shows of one requirement: verdict, reason, wire, diagram."""
    case = next(c for c in cases(dossier.judgement) if c.identifier == identifier)
    for line in paragraph(f"{case.identifier} ({case.strength}) {case.sentence}"):
        yield line, ""
    yield f"Verdict: {case.outcome.value}", case.outcome.value
    if case.purposes:
        for line in paragraph(f"Test purposes: {', '.join(case.purposes)}"):
            yield line, ""
    yield "", ""
    if case.report:
        # Its first line is the sentence again.
        for told in case.report.splitlines()[1:]:
            yield from _folded(told)
    else:
        yield from _folded(f"Reason: {case.reason}")
        for told in case.excerpt.splitlines():
            yield from _folded(f"  {told}")
    scene = dossier.scenes.get(identifier)
    if scene is not None:
        yield "", ""
        yield from diagram_lines(scene)


def scene_lines(scene: Scene) -> Iterator[Line]:
    """Yield a scene without a requirement, with its heading."""
    yield from _folded(scene.heading)
    yield "", ""
    yield from diagram_lines(scene)


def _folded(text: str) -> Iterator[Line]:
    """Fold a line to the width of the terminal, except a command line that is to be copied."""
    if text.startswith("Repeat:"):
        yield text, ""
        return
    indent = " " * (len(text) - len(text.lstrip()))
    told = {"Expected:": "expected", "Got:": "came"}.get(text.split(" ", 1)[0], "")
    for line in paragraph(text, further=f"{indent}  ") or [""]:
        yield line, told
