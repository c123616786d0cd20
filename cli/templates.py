"""Templates of PIXIT and PICS with comments, and the answers that are put into them."""

import json
import re
from importlib.resources import files

__all__ = ["filled", "template"]


def template(name: str) -> str:
    """Return ``pixit.toml`` or ``pics.toml`` as the package has it: all keys, with comments."""
    folder = files("atverdict.conformance.preparation")
    return folder.joinpath(name).read_text(encoding="utf-8")


def filled(text: str, answers: dict[str, object]) -> str:
    """Put values into the text of a template, by ``table.key``.

    A table that was a comment becomes a table. A value is a string, a number or a list of strings.
    Raises `KeyError` for a name that the template does not have.
    """
    lines = text.splitlines()
    for name, value in answers.items():
        table, _, key = name.rpartition(".")
        header = _line(lines, rf"#?\[{re.escape(table)}\]", 0, name)
        place = _line(lines, rf"#?{re.escape(key)} = ", header, name)
        for number in (header, place):
            lines[number] = lines[number].removeprefix("#")
        comment = re.search(r" +#.*", lines[place])
        entry = f"{key} = {json.dumps(value)}"
        lines[place] = f"{entry:30} {comment[0].lstrip()}" if comment else entry
    return "\n".join(lines) + "\n"


def _line(lines: list[str], pattern: str, start: int, name: str) -> int:
    """Find the first line from `start` on that begins with a pattern."""
    for number in range(start, len(lines)):
        if re.match(pattern, lines[number]):
            return number
    raise KeyError(name)
