"""AT+QIOTCFG: the settings of the product, by keyword."""

from atverdict.adapters.simulator.module.arguments import Argument
from atverdict.adapters.simulator.module.command import Command, kinds
from atverdict.adapters.simulator.module.wording import ERROR, OK, Answer, text_answer

__all__ = ["Configuration"]

_NUMERIC = {
    "lifetime": (1, 65_535),
    "buffer": (0, 1),
    "act": (1, 15),
    "session_mode": (0, 1),
    "tsl": (0, 1),
    "txid_mode": (0, 1),
}
_NB_LIFETIME = (1, 864_000)
_NOT_NB = frozenset({"session_mode", "txid_mode"})
_REFUSED_WHILE_CONNECTED = frozenset(
    {"productinfo", "server", "lifetime", "act", "session_mode", "dk_ds"}
)
_TEXT_LIMIT_OCTETS = 128


class Configuration(Command):
    """The optional parameters; with a keyword alone the write form is a query.

    Spec: SOTA-CMD-CFG-001, SOTA-CMD-CFG-002, SOTA-CMD-CFG-003, SOTA-CMD-CFG-004
    """

    name = "+QIOTCFG"

    def test(self) -> Answer:
        """Print every keyword with its parameters."""
        lines = ['+QIOTCFG: "productinfo",<pk>,<ps>', '+QIOTCFG: "server",<type>,<url>']
        for keyword in self.organs.storage.settings:
            if (limits := self.limits(keyword)) is not None:
                low, high = limits
                shown = "(0,1)" if (low, high) == (0, 1) else f"({low}-{high})"
                lines.append(f'+QIOTCFG: "{keyword}",{shown}')
        return text_answer(*lines, '+QIOTCFG: "dk_ds",<dk>,<ds>')

    def limits(self, keyword: str) -> tuple[int, int] | None:
        """Return the range of a numeric keyword; None when the product line has none."""
        if self.organs.options.product_line == "nb":
            if keyword in _NOT_NB:
                return None
            if keyword == "lifetime":
                return _NB_LIFETIME
        return _NUMERIC.get(keyword)

    def write(self, arguments: list[Argument]) -> Answer:
        """Query or set one keyword."""
        if arguments[0].kind != "string":
            return ERROR
        keyword, values = arguments[0].text, arguments[1:]
        if not values:
            return self.query(keyword)
        connected = self.organs.storage.registration_mode != 0
        if connected and keyword in _REFUSED_WHILE_CONNECTED:
            return ERROR
        return OK if self.set(keyword, values) else ERROR

    def query(self, keyword: str) -> Answer:
        """Print one keyword's values."""
        storage = self.organs.storage
        if keyword == "productinfo":
            version = self.organs.storage.firmware
            values = f"{storage.product_key},{storage.product_secret},{version}"
            return text_answer(f'+QIOTCFG: "productinfo",{values}')
        if keyword == "server":
            return text_answer(f'+QIOTCFG:"server",{storage.server_type},{storage.server_url}')
        if keyword == "dk_ds":
            return text_answer(f'+QIOTCFG:"dk_ds",{storage.device_key},{storage.device_secret}')
        if self.limits(keyword) is None:
            return ERROR
        return text_answer(f'+QIOTCFG: "{keyword}",{storage.settings[keyword]}')

    def set(self, keyword: str, values: list[Argument]) -> bool:
        """Store one keyword's values; False when they do not fit."""
        if any(len(value.text) > _TEXT_LIMIT_OCTETS for value in values):
            return False
        texts = {
            "productinfo": self.set_product,
            "server": self.set_server,
            "dk_ds": self.set_device,
        }
        return texts[keyword](values) if keyword in texts else self.set_number(keyword, values)

    def set_number(self, keyword: str, values: list[Argument]) -> bool:
        """Store a number inside its range."""
        limits = self.limits(keyword)
        if limits is None or kinds(values) != ["integer"]:
            return False
        if not limits[0] <= values[0].number <= limits[1]:
            return False
        self.organs.storage.settings[keyword] = values[0].number
        return True

    def set_product(self, values: list[Argument]) -> bool:
        """Store product key and secret; both empty removes them."""
        if kinds(values) != ["string", "string"]:
            return False
        self.organs.storage.product_key = values[0].text
        self.organs.storage.product_secret = values[1].text
        return True

    def set_server(self, values: list[Argument]) -> bool:
        """Store type and address of the server."""
        storage = self.organs.storage
        if kinds(values) != ["integer", "string"] or values[0].number != storage.server_type:
            return False
        storage.server_url = values[1].text
        return True

    def set_device(self, values: list[Argument]) -> bool:
        """Store device key and, where given, secret; an empty key clears both."""
        if kinds(values) not in (["string"], ["string", "string"]):
            return False
        self.organs.storage.device_key = values[0].text
        self.organs.storage.device_secret = values[1].text if len(values) > 1 else ""
        return True
