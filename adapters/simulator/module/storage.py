"""The flash of the module: what it keeps without power."""

from dataclasses import dataclass, field

from atverdict.adapters.simulator.options import Options

__all__ = ["Storage", "UpgradeRecord"]

_VERSIONS_LIMIT_OCTETS = 512
_SERVERS = {
    "cellular": (1, "mqtt://iot-south.quectelcn.com:1883"),
    "wifi": (1, "mqtt://iot-south.quectelcn.com:1883"),
    "nb": (0, "coap://iot-south.quectelcn.com:5683"),
}


@dataclass
class UpgradeRecord:
    """The upgrade in progress, as flash remembers it."""

    plan: int
    component: str
    target_version: str
    updating: bool = False
    """Whether ``AT+QIOTUPDATE=3`` was accepted, or the module installs its own firmware."""
    of_module: bool = False


@dataclass
class Storage:
    """The module's flash.

    Spec: SOTA-PER-001, SOTA-PER-002, SOTA-PER-003, SOTA-PER-004
    """

    product_key: str = ""
    product_secret: str = ""
    device_key: str = ""
    device_secret: str = ""
    server_type: int = 1
    server_url: str = ""
    registration_mode: int = 0
    settings: dict[str, int] = field(default_factory=dict)
    """The numeric keywords of AT+QIOTCFG."""
    firmware: str = ""
    """The version of the module's own firmware."""
    versions: dict[str, str] = field(default_factory=dict)
    """What the host announced: component to version, in the order of announcement."""
    sha256_requested: bool = False
    upgrade: UpgradeRecord | None = None
    failures: int = 0
    """Downloads that failed in a row."""
    failures_plan: int = 0
    """The plan whose downloads these were."""

    @classmethod
    def delivered(cls, options: Options) -> "Storage":
        """Return the flash of a module as the laboratory got it."""
        storage = cls(firmware=options.revision)
        storage.reset(options)
        if options.productinfo:
            storage.product_key = "p11abc"
            storage.product_secret = "c0VtbGUgc2VjcmV0"  # noqa: S105 - a made-up one
        if options.device_secret:
            storage.device_secret = "5f1d7a60c3b2"  # noqa: S105 - a made-up one
        return storage

    def reset(self, options: Options) -> None:
        """Forget everything but what the factory stored."""
        server_type, server_url = _SERVERS[options.product_line]
        fresh = Storage(
            firmware=self.firmware,
            device_key="864430010000123",
            server_type=server_type,
            server_url=server_url,
            settings={
                "lifetime": 86_400 if options.product_line == "nb" else 120,
                "buffer": 0,
                "act": 1,
                "session_mode": 0,
                "tsl": 0,
                "txid_mode": 0,
            },
        )
        self.__dict__.update(fresh.__dict__)

    def keep(self, earlier: "Storage") -> None:
        """Take over what a host has stored in the module of an earlier scenario."""
        self.versions = dict(earlier.versions)
        self.registration_mode = earlier.registration_mode
        self.sha256_requested = earlier.sha256_requested

    def store_version(self, component: str, version: str) -> bool:
        """Store, replace or (empty version) remove one component; False when there is no room."""
        kept = {**self.versions, component: version}
        if not version:
            del kept[component]
        if sum(len(name) + len(text) + 2 for name, text in kept.items()) > _VERSIONS_LIMIT_OCTETS:
            return False
        self.versions = kept
        return True
