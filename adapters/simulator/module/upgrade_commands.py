"""The commands of the upgrade: QIOTOTAREQ, QIOTUPDATE, QIOTOTARD."""

from atverdict.adapters.simulator.module.arguments import Argument
from atverdict.adapters.simulator.module.command import Command, kinds, range_text
from atverdict.adapters.simulator.module.organs import Organs
from atverdict.adapters.simulator.module.wording import ERROR, OK, Answer, text_answer

__all__ = ["BlockRead", "PlanRequest", "UpdateAction"]


class PlanRequest(Command):
    """AT+QIOTOTAREQ: ask for a plan, with or without SHA-256.

    Spec: SOTA-CMD-OTAREQ-001, SOTA-CMD-OTAREQ-002, SOTA-CMD-OTAREQ-008, SOTA-CMD-OTAREQ-010
    """

    name = "+QIOTOTAREQ"

    def test(self) -> Answer:
        """Print the digest modes."""
        style = self.organs.options.test_response
        values = "(0,1)" if style == "range" else range_text(style, 1, "info")
        return text_answer(f"+QIOTOTAREQ: {values}")

    def read(self) -> Answer:
        """Print the digest mode, where the options want that form."""
        if self.organs.options.read_forms == "error":
            return ERROR
        return text_answer(f"+QIOTOTAREQ: {int(self.organs.storage.sha256_requested)}")

    def execute(self) -> Answer:
        """Ask without a digest mode."""
        storage = self.organs.storage
        return self.request(
            sha256=storage.sha256_requested if self.organs.options.sticky_sha256 else False
        )

    def write(self, arguments: list[Argument]) -> Answer:
        """Ask with a digest mode."""
        if kinds(arguments) != ["integer"] or arguments[0].number > 1:
            return ERROR
        return self.request(sha256=arguments[0].number == 1)

    def request(self, *, sha256: bool) -> Answer:
        """Remember the digest mode and ask the platform."""
        if not self.organs.connection.request():
            return ERROR
        self.organs.storage.sha256_requested = sha256
        return OK


class UpdateAction(Command):
    """AT+QIOTUPDATE: refuse, confirm, next piece, updating.

    Spec: SOTA-CMD-UPDATE-001, SOTA-CMD-UPDATE-002, SOTA-CMD-UPDATE-004, SOTA-CMD-UPDATE-015
    """

    name = "+QIOTUPDATE"

    def __init__(self, organs: Organs) -> None:
        super().__init__(organs)
        self.last = 0

    def test(self) -> Answer:
        """Print the actions."""
        values = range_text(self.organs.options.test_response, 3, "update_action")
        return text_answer(f"+QIOTUPDATE: {values}")

    def read(self) -> Answer:
        """Print the last accepted action, where the options want that form."""
        if self.organs.options.read_forms == "error":
            return ERROR
        return text_answer(f"+QIOTUPDATE: {self.last}")

    def write(self, arguments: list[Argument]) -> Answer:
        """Take one action."""
        if kinds(arguments) != ["integer"] or arguments[0].number > 3:
            return ERROR
        return self.take(arguments[0].number)

    def take(self, action: int) -> Answer:
        """Take an action that exists."""
        if not self.act(action):
            return ERROR
        self.last = action
        return OK

    def act(self, action: int) -> bool:
        """Move the upgrade; False when it cannot be moved that way now."""
        upgrade = self.organs.upgrade
        moves = (upgrade.refuse, upgrade.confirm, upgrade.next_piece, upgrade.begin_update)
        return moves[action]()


class BlockRead(Command):
    """AT+QIOTOTARD: read a block of the current piece.

    Spec: SOTA-CMD-OTARD-001, SOTA-CMD-OTARD-002, SOTA-CMD-OTARD-010, SOTA-CMD-OTARD-017
    """

    name = "+QIOTOTARD"

    def test(self) -> Answer:
        """Print the longest block."""
        if self.organs.options.test_response == "placeholder":
            return text_answer("+QIOTOTARD: <start>,<max_length>")
        return text_answer(f"+QIOTOTARD: <start>,(1-{self.organs.options.max_length})")

    def read(self) -> Answer:
        """Accept the form where the options want it; there is nothing to print."""
        return ERROR if self.organs.options.read_forms == "error" else OK

    def write(self, arguments: list[Argument]) -> Answer:
        """Read."""
        if kinds(arguments) != ["integer", "integer"]:
            return ERROR
        start, length = arguments[0].number, arguments[1].number
        if (
            length > self.organs.options.max_length
            and self.organs.options.over_long_read == "error"
        ):
            return ERROR
        return self.block(start, min(length, self.organs.options.max_length))

    def block(self, start: int, length: int) -> Answer:
        """Answer a read of a length that one block can carry."""
        block = self.organs.upgrade.read(start, length)
        if block is None or (not block.length and self.organs.options.read_past_end == "error"):
            return ERROR
        return Answer(block=block)
