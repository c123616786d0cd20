"""Faults of QIOTMCUVER with some names, some lengths, or several components."""

from atverdict.adapters.simulator.fault import Catalogue
from atverdict.adapters.simulator.module.arguments import Argument
from atverdict.adapters.simulator.module.command import kinds
from atverdict.adapters.simulator.module.product_commands import McuVersion
from atverdict.adapters.simulator.module.storage import Storage
from atverdict.adapters.simulator.module.wording import ERROR, OK, Answer, text_answer

__all__ = ["CATALOGUE"]

CATALOGUE = Catalogue()


@CATALOGUE.breaks("SOTA-CMD-MCUVER-001")
class VersionTestBare(McuVersion):
    """The test form of QIOTMCUVER answers OK alone."""

    def test(self) -> Answer:
        return OK


@CATALOGUE.breaks("SOTA-CMD-MCUVER-002")
class SameVersionRefused(McuVersion):
    """A version that is stored already is refused."""

    def store(self, component: str, version: str) -> bool:
        unchanged = self.organs.storage.versions.get(component) == version
        return not unchanged and super().store(component, version)


@CATALOGUE.breaks("SOTA-CMD-MCUVER-003")
class VersionInCapitals(McuVersion):
    """Versions are stored in capitals."""

    def store(self, component: str, version: str) -> bool:
        return super().store(component, version.upper())


@CATALOGUE.breaks("SOTA-CMD-MCUVER-003")
class FullComponentCut(McuVersion):
    """Of a component of 32 octets the last one is lost to the terminating zero."""

    def store(self, component: str, version: str) -> bool:
        return super().store(component[:31], version)


@CATALOGUE.breaks("SOTA-CMD-MCUVER-003")
class FullVersionCut(McuVersion):
    """Of a version of 64 octets the last one is lost to the terminating zero."""

    def store(self, component: str, version: str) -> bool:
        return super().store(component, version[:63])


@CATALOGUE.breaks("SOTA-CMD-MCUVER-004")
class QueryAnswersFirst(McuVersion):
    """A query for any known component prints the first one."""

    def query(self, component: str) -> Answer:
        versions = self.organs.storage.versions
        first = next(iter(versions), component)
        return super().query(first if component in versions else component)


@CATALOGUE.breaks("SOTA-CMD-MCUVER-004")
class QueryPrintsAll(McuVersion):
    """A query for one component prints every component behind it, too."""

    def query(self, component: str) -> Answer:
        versions = list(self.organs.storage.versions.items())
        names = [name for name, _ in versions]
        if component not in names:
            return super().query(component)
        return text_answer(*(self.line(*each) for each in versions[names.index(component) :]))


@CATALOGUE.breaks("SOTA-CMD-MCUVER-005")
class ReplacedVersionKeepsTail(McuVersion):
    """A shorter version leaves the tail of the longer one that it replaces."""

    def store(self, component: str, version: str) -> bool:
        old = self.organs.storage.versions.get(component, "")
        return super().store(component, version + old[len(version) :] if version else "")


@CATALOGUE.breaks("SOTA-CMD-MCUVER-006")
class ThirdComponentLost(McuVersion):
    """The list is printed without its third component."""

    def read(self) -> Answer:
        lines = super().read().lines
        return Answer(lines[:2] + lines[3:])


@CATALOGUE.breaks("SOTA-CMD-MCUVER-006")
class ComponentsComparedByPrefix(McuVersion):
    """Two components whose names begin with the same ten octets are one."""

    def store(self, component: str, version: str) -> bool:
        for other in self.organs.storage.versions:
            if other != component and other[:10] == component[:10]:
                self.organs.storage.store_version(other, "")
                break
        return super().store(component, version)


@CATALOGUE.breaks("SOTA-CMD-MCUVER-008")
class ComponentLimitOffByOne(McuVersion):
    """A component of 32 octets is refused."""

    component_limit_octets = 31


@CATALOGUE.breaks("SOTA-CMD-MCUVER-008")
class VersionLimitOffByOne(McuVersion):
    """A version of 64 octets is refused."""

    version_limit_octets = 63


@CATALOGUE.breaks("SOTA-CMD-MCUVER-009", "SHOULD")
class LongComponentAccepted(McuVersion):
    """A component of 33 octets is accepted."""

    component_limit_octets = 33


@CATALOGUE.breaks("SOTA-CMD-MCUVER-009", "SHOULD")
class LongVersionCut(McuVersion):
    """A version of 65 octets is cut to 64 and accepted."""

    def announce(self, component: str, version: str) -> Answer:
        return super().announce(component, version[: self.version_limit_octets])


@CATALOGUE.breaks("SOTA-CMD-MCUVER-010", "SHOULD")
class EmptyComponentAccepted(McuVersion):
    """An empty component is answered OK."""

    def announce(self, component: str, version: str) -> Answer:
        return super().announce(component, version) if component else OK


@CATALOGUE.breaks("SOTA-CMD-MCUVER-011", "SHOULD")
class EmptyVersionStored(McuVersion):
    """An empty version is stored and listed."""

    def store(self, component: str, version: str) -> bool:
        if not version:
            self.organs.storage.versions = {**self.organs.storage.versions, component: version}
            return True
        return super().store(component, version)


@CATALOGUE.breaks("SOTA-CMD-MCUVER-012", "SHOULD")
class UnquotedVersionAccepted(McuVersion):
    """A version without quotes is accepted behind a quoted component."""

    def write(self, arguments: list[Argument]) -> Answer:
        fits = kinds(arguments) in (["string", "integer"], ["string", "raw"])
        if fits and arguments[1].text.replace("_", "").isalnum():
            arguments = [arguments[0], Argument("string", arguments[1].text)]
        return super().write(arguments)


@CATALOGUE.breaks("SOTA-CMD-MCUVER-012", "SHOULD")
class UnquotedPairAccepted(McuVersion):
    """Two words without any quotes are accepted."""

    def write(self, arguments: list[Argument]) -> Answer:
        if len(arguments) == 2 and all(a.kind != "string" and a.text.isalnum() for a in arguments):
            return OK
        return super().write(arguments)


@CATALOGUE.breaks("SOTA-CMD-MCUVER-013")
class VersionRefusedAtRest(McuVersion):
    """Without registration no version is accepted."""

    def announce(self, component: str, version: str) -> Answer:
        at_rest = self.organs.storage.registration_mode == 0
        return ERROR if at_rest else super().announce(component, version)


@CATALOGUE.breaks("SOTA-CMD-MCUVER-014", "SHOULD")
class FailureWithEveryVersion(McuVersion):
    """Without an upgrade an announcement online causes 7,10706."""

    def announce(self, component: str, version: str) -> Answer:
        idle = self.organs.upgrade.state == 0 and self.organs.connection.online
        answer = super().announce(component, version)
        if idle and answer is OK:
            self.organs.events.emit(self.organs.upgrade.failure_line())
        return answer


@CATALOGUE.breaks("SOTA-CMD-MCUVER-015", "SHOULD")
class DashesBecomeUnderscores(McuVersion):
    """A - in a version is stored as _."""

    def store(self, component: str, version: str) -> bool:
        return super().store(component, version.replace("-", "_"))


@CATALOGUE.breaks("SOTA-CMD-MCUVER-006")
class RoomForTwoComponents(Storage):
    """The third component takes the place of the second."""

    def store_version(self, component: str, version: str) -> bool:
        names = list(self.versions)
        if version and component not in names and len(names) == 2:
            super().store_version(names[1], "")
        return super().store_version(component, version)
