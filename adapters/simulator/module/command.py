"""One AT command with its four forms; a form that is not overridden is refused."""

from typing import ClassVar

from atverdict.adapters.simulator.module.arguments import Argument, parse_arguments
from atverdict.adapters.simulator.module.organs import Organs
from atverdict.adapters.simulator.module.wording import ERROR, Answer

__all__ = ["Command", "kinds", "range_text"]


def kinds(arguments: list[Argument]) -> list[str]:
    """Return the kinds of the arguments, for a comparison with what a command wants."""
    return [argument.kind for argument in arguments]


def range_text(style: str, last: int, placeholder: str) -> str:
    """Return the values 0 to `last` as a test response prints them."""
    if style == "placeholder":
        return f"<{placeholder}>"
    if style == "set":
        return f"({','.join(str(value) for value in range(last + 1))})"
    return f"(0-{last})"


class Command:
    """A command of the module.

    Spec: SOTA-ROB-001, SOTA-CMD-REG-009, SOTA-CMD-STATE-003, SOTA-CMD-UPDATE-016
    """

    name: ClassVar[str] = ""
    """What stands between ``AT`` and the form, in capitals."""

    def __init__(self, organs: Organs) -> None:
        self.organs = organs

    def perform(self, tail: str) -> Answer:
        """Answer the command with what follows its name."""
        if tail == "":
            return self.execute()
        if tail == "?":
            return self.read()
        if tail == "=?":
            return self.test()
        if tail.startswith("="):
            return self.write(self.parse(tail[1:]))
        return ERROR

    def parse(self, text: str) -> list[Argument]:
        """Cut the arguments of the write form."""
        drop_blanks = self.organs.options.argument_blanks == "dropped"
        return parse_arguments(text, drop_blanks=drop_blanks)

    def test(self) -> Answer:
        """Answer ``=?``."""
        return ERROR

    def read(self) -> Answer:
        """Answer ``?``."""
        return ERROR

    def write(self, arguments: list[Argument]) -> Answer:
        """Answer ``=`` with arguments."""
        del arguments  # refused whatever they are
        return ERROR

    def execute(self) -> Answer:
        """Answer the bare name."""
        return ERROR
