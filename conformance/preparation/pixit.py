"""PIXIT and PICS: what the tester must be told, read from TOML (``contract.md``)."""

import math
import tomllib
from collections.abc import Collection
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec

from atverdict.adapters.ports.line_settings import LineSettings

__all__ = [
    "SIMULATOR",
    "HostInfo",
    "InputError",
    "IutInfo",
    "Pics",
    "Pixit",
    "Plan",
    "Product",
    "Serial",
    "Timing",
    "load_pics",
    "load_pixit",
    "load_table",
]

T = TypeVar("T")


class InputError(Exception):
    """An input of the user is wrong; nothing has been sent to the IUT."""


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The common form of all tables: a wrong key is an error."""


class IutInfo(_Table, frozen=True):
    """The IUT, as it is printed on the certificate."""

    name: str = ""
    firmware: str = ""
    profile: str = ""


class Serial(_Table, frozen=True):
    """The settings of the line, and the marks by which a lost port is found again."""

    baudrate: int = 115200
    bytesize: Literal[5, 6, 7, 8] = 8
    parity: Literal["none", "even", "odd", "mark", "space"] = "none"
    stopbits: Literal[1, 2] = 1
    rtscts: bool = False
    xonxoff: bool = False
    dsrdtr: bool = False
    usb_serial: str = ""
    """The serial number of the USB device of the port."""
    port_pattern: str = ""
    """The glob pattern of the path that the port may have instead of its address."""

    @property
    def line(self) -> LineSettings:
        """All settings but the rate."""
        settings = msgspec.structs.asdict(self)
        del settings["baudrate"]
        return LineSettings(**settings)


class Product(_Table, frozen=True):
    """Product key and secret, for ``AT+QIOTCFG="productinfo"``; left out where the IUT has them."""

    key: str
    secret: str


class Plan(_Table, frozen=True):
    """The upgrade plan that the laboratory has armed, or arms on request."""

    component: str = "STM32"
    source_version: str = "1_0_0"
    target_version: str = "2_0_0"
    image: str = ""
    """The path of the uploaded package: relative to the file, absolute after loading."""


class ModulePlan(_Table, frozen=True):
    """The upgrade of the module's own firmware that the laboratory arms on request."""

    target_version: str
    component: str = "app"
    source_version: str = ""
    image: str = ""
    """The path of the package: relative to the file, absolute after loading."""


class HostInfo(_Table, frozen=True):
    """Host role: the measurements and the components of the host, where they are known."""

    battery: int | None = None
    """In per cent."""
    signal: int | None = None
    """In dBm."""
    free_space: int | None = None
    """In octets."""
    components: tuple[str, ...] = ()
    """All components that it announces, in this order."""


class ControlInfo(_Table, frozen=True):
    """The laboratory's control agent."""

    command: tuple[str, ...]


class Timing(_Table, frozen=True):
    """The most times that things take in this laboratory, in seconds."""

    boot: float = 30.0
    connect: float = 90.0
    offer: float = 30.0
    download: float = 600.0
    outcome: float = 30.0
    silence: float = 3.0


class Pixit(_Table, frozen=True):
    """Protocol implementation extra information for testing (ISO/IEC 9646-1, 3.3.80)."""

    iut: IutInfo = IutInfo()
    serial: Serial | None = None
    product: Product | None = None
    plan: Plan = Plan()
    module_plan: ModulePlan | None = None
    control: ControlInfo | None = None
    host: HostInfo | None = None
    timing: Timing = Timing()

    def image(self) -> bytes | None:
        """Read the uploaded package, if the PIXIT names one. Raises `InputError`."""
        if not self.plan.image:
            return None
        try:
            return Path(self.plan.image).read_bytes()
        except OSError as error:
            raise InputError(f"PIXIT: plan.image: {self.plan.image}: {error.strerror}") from error

    def public(self) -> dict[str, object]:
        """Return the entries without the product secret and without folders."""
        table = msgspec.to_builtins(self)
        table["plan"]["image"] = Path(self.plan.image).name
        if self.module_plan is not None:
            table["module_plan"]["image"] = Path(self.module_plan.image).name
        if self.product is not None:
            table["product"] = {"key": self.product.key}
        return {key: value for key, value in table.items() if value is not None}


class Pics(_Table, frozen=True):
    """The declared capabilities of the IUT (ISO/IEC 9646-1, 3.3.39)."""

    max_length: int | None = None
    """The largest block of one read, in octets."""
    reg_values: tuple[int, ...] | None = None
    """The modes of ``AT+QIOTREG``."""
    otareq_values: tuple[int, ...] | None = None
    """The values of ``AT+QIOTOTAREQ``."""
    update_values: tuple[int, ...] | None = None
    """The actions of ``AT+QIOTUPDATE``."""
    multi_piece: bool | None = None
    """True where packages that do not fit into its memory come in several pieces."""
    fota: bool | None = None
    """False where the module cannot upgrade its own firmware."""
    sdk_version: str | None = None
    """The version in the answer to ``AT+QIOTINFO?``."""
    not_supported: dict[str, str] = {}
    """The reasons why the IUT does not claim requirements, by id."""

    def public(self) -> dict[str, object]:
        """Return the declared entries."""
        table: dict[str, object] = msgspec.to_builtins(self)
        declared = {key: value for key, value in table.items() if value not in (None, {})}
        return {key: sorted(v) if isinstance(v, tuple | list) else v for key, v in declared.items()}


SIMULATOR = Pixit(
    iut=IutInfo(name="atverdict simulator"),
    product=Product("p11atv", "c2ltdWxhdGVk"),
    module_plan=ModulePlan("EC200UCNAAR03A02M08"),
)
"""The PIXIT of ``sim:``; its laboratory can do everything."""


def load_pixit(path: Path | None, address: str = "") -> Pixit:
    """Read a PIXIT; without a path return the defaults. Raises `InputError`."""
    if path is None:
        return SIMULATOR if address.startswith("sim:") else Pixit()
    pixit = load_table(path, Pixit, "PIXIT")
    for table in ("plan", "module_plan"):
        plan = getattr(pixit, table)
        if plan is not None and plan.image:
            image = str((path.parent / plan.image).resolve())
            plan = msgspec.structs.replace(plan, image=image)
            pixit = msgspec.structs.replace(pixit, **{table: plan})
    for name in ("boot", "connect", "offer", "download", "outcome", "silence"):
        if not 0 < getattr(pixit.timing, name) < math.inf:
            raise InputError(f"PIXIT {path}: timing.{name}: must be greater than 0 seconds")
    if pixit.serial and pixit.serial.baudrate <= 0:
        raise InputError(f"PIXIT {path}: serial.baudrate: must be greater than 0")
    if pixit.control and not pixit.control.command:
        raise InputError(f"PIXIT {path}: control.command: must name a program")
    _no_odd_octets(path, pixit)
    pixit.image()
    return pixit


def _no_odd_octets(path: Path, pixit: Pixit) -> None:
    """Raise `InputError` for an entry that cannot stand between quotation marks in a command."""
    entries = {
        "plan.component": pixit.plan.component,
        "plan.source_version": pixit.plan.source_version,
        "plan.target_version": pixit.plan.target_version,
    }
    if pixit.module_plan:
        entries["module_plan.component"] = pixit.module_plan.component
        entries["module_plan.target_version"] = pixit.module_plan.target_version
    if pixit.product:
        entries |= {"product.key": pixit.product.key, "product.secret": pixit.product.secret}
    for name, value in entries.items():
        if not value or not value.isascii() or not value.isprintable() or '"' in value:
            raise InputError(
                f'PIXIT {path}: {name}: must be printable ASCII without ", and not empty'
            )


def load_pics(path: Path | None, known: Collection[str]) -> Pics:
    """Read a PICS; without a path nothing is declared. Raises `InputError`.

    `known` are the ids of all requirements.
    """
    if path is None:
        return Pics()
    pics = load_table(path, Pics, "PICS")
    for identifier in pics.not_supported:
        if identifier not in known:
            raise InputError(f"PICS {path}: not_supported: {identifier} is no requirement")
    return pics


def load_table(path: Path, kind: type[T], name: str) -> T:
    """Read a TOML file as `kind`; messages call it `name`. Raises `InputError`."""
    try:
        table: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{name} {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{name} {path}: not UTF-8 text (octet {error.start})") from error
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{name} {path}: not valid TOML: {error}") from error
    try:
        return msgspec.convert(table, kind)
    except msgspec.ValidationError as error:
        raise InputError(f"{name} {path}: {error}") from error
