"""The frozen types that hold the specification."""

from enum import Enum, StrEnum

from msgspec import Struct, field

__all__ = [
    "DEFAULT_PROFILE",
    "DEFAULT_ROLE",
    "Area",
    "Command",
    "Erratum",
    "EventCode",
    "EventParameter",
    "FormRule",
    "Keyword",
    "Machine",
    "Need",
    "Parameter",
    "Profile",
    "Requirement",
    "Role",
    "Source",
    "Specification",
    "Strength",
    "Transition",
]

DEFAULT_PROFILE = "cellular-2025"
"""The seed's own product line and edition."""


class Strength(Enum):
    """How binding a requirement is (RFC 2119 words)."""

    SHALL = "SHALL"
    SHOULD = "SHOULD"
    MAY = "MAY"


class Role(StrEnum):
    """The role of an IUT: which side of the wire a requirement binds."""

    MODULE = "module"
    HOST = "host"


DEFAULT_ROLE = Role.MODULE
"""The role of an IUT of which nothing else is said."""


class Need(Enum):
    """What a laboratory must be able to give before a requirement can be judged."""

    PLAN = "plan"
    """One armed upgrade plan, on a platform that the IUT reaches."""
    SECOND_PLAN = "second-plan"
    """A further plan after the first: a control agent."""
    PLATFORM = "platform"
    """Control over what the platform does: arm, withdraw, push, lists."""
    POWER = "power"
    """Control over the IUT's power supply."""
    LINK = "link"
    """Control over the IUT's network."""
    FACTORY_RESET = "factory-reset"
    """An IUT without any stored configuration."""
    SLOW = "slow"
    """Minutes of waiting on a real clock."""
    MULTI_PIECE = "multi-piece"
    """A package that the module downloads in more than one piece."""
    MULTI_COMPONENT = "multi-component"
    """A plan with several components."""
    IMAGE = "image"
    """The uploaded package itself, to be compared octet by octet."""
    FOTA = "fota"
    """A plan for the module's own firmware."""
    ONLINE = "online"
    """A connection to the platform."""


class Source(Struct, frozen=True, forbid_unknown_fields=True):
    """One document or observation that a sentence of the specification rests on."""

    tag: str
    title: str
    vintage: str
    binding: bool
    """True where it can carry a SHALL; what was only observed in code cannot."""
    clauses: tuple[str, ...] = ()
    """What may stand behind the tag: pages and sections."""
    languages: tuple[str, ...] = ()
    """Editions by language that may stand behind the tag: ``D25C-zh/05``."""


class Area(Struct, frozen=True, forbid_unknown_fields=True):
    """A group of requirements that stands in one file."""

    name: str
    """The part of an id between ``SOTA-`` and the number."""
    number: int
    """Its place in the order for reading, from 1."""
    title: str
    title_zh: str


class Control(Enum):
    """The control of an occasion: why another IUT could have failed in it."""

    OPEN = "open"
    """The IUT itself could have done otherwise there: the observation is all that it takes."""
    SIBLING = "sibling"
    """A well-formed line of the same command is accepted in the same state."""
    PARTS = "parts"
    """All parts of the rule are seen: the answer and its event, or silence and then the offer."""
    LIFTED = "lifted"
    """The same device is offered the same plan once the condition is lifted."""
    PRESENT = "present"
    """What the rule speaks of is there: a line, a block, an event that carries the field."""


CONTROLS = {
    Control.OPEN: "what the IUT does then decides",
    Control.SIBLING: "counted where a well-formed line of the command is accepted then",
    Control.PARTS: "counted with all parts seen",
    Control.LIFTED: "counted once the offer comes with the condition lifted",
    Control.PRESENT: "counted where it comes",
}


class Occasion(Struct, frozen=True, forbid_unknown_fields=True):
    """The situation in which a requirement can be judged; without one nothing passes."""

    state: str
    """The state of the IUT, as the end of a sentence: ``while an offer stands``."""
    stimulus: str
    """What the suite or the laboratory does, or what the IUT sends by itself."""
    control: Control = Control.OPEN
    parts: tuple[str, ...] = ()
    """The parts that a pass needs, as the judge names them; with `Control.PARTS` alone."""

    @property
    def when(self) -> str:
        """State and stimulus."""
        return f"{self.state}: {self.stimulus}"

    @property
    def sentence(self) -> str:
        """The occasion as one sentence, without its full stop."""
        control = f": {', '.join(self.parts)}" if self.parts else ""
        return f"{self.when}; {CONTROLS[self.control]}{control}"


class Requirement(Struct, frozen=True, forbid_unknown_fields=True):
    """One sentence that an IUT keeps or breaks."""

    id: str
    strength: Strength
    text: str
    """English, one sentence or two."""
    text_zh: str
    sources: tuple[str, ...]
    """Clauses of `Source`: ``SEED 3.4``, ``D25C/05``, ``V250``, ``INFERRED`` ..., or an erratum."""
    observe: str
    """What is watched on the wire."""
    area: str
    """The part of the id before the number: ``FRM``, ``CMD-REG``; set by the loader."""
    role: Role = DEFAULT_ROLE
    needs: tuple[Need, ...] = ()
    mandatory_in: tuple[str, ...] = ()
    """Profile keys (``sdk29``, ``tool``) that make this SHOULD mandatory."""
    errata: tuple[str, ...] = ()
    occasion: Occasion | None = None
    """When it can be judged; None in a specification from before December 2026."""
    unobservable: str = ""
    """Why a violation cannot be seen on the wire; empty where it can be seen."""


class Parameter(Struct, frozen=True, forbid_unknown_fields=True):
    """One parameter of a command, or one field of an answer."""

    name: str
    type: str
    """``integer``, ``string``, ``octets`` or ``keyword``."""
    minimum: int | None = None
    maximum: int | None = None
    max_octets: int | None = None
    values: tuple[int | str, ...] = ()
    """All permitted values where they are few."""
    optional: bool = False
    description: str = ""


class FormRule(Struct, frozen=True, forbid_unknown_fields=True):
    """What one form of a command takes and answers."""

    documented: bool
    parameters: tuple[Parameter, ...] = ()
    response: str = ""
    """The documented pattern of the information response; empty where there is none."""
    responds: str = "OK|ERROR"
    refused: str = ""
    """Why this form must or should answer ``ERROR``: the requirement's id; empty where accepted."""
    note: str = ""


class Keyword(Struct, frozen=True, forbid_unknown_fields=True):
    """One optional parameter set of ``AT+QIOTCFG``."""

    name: str
    syntax: str
    """The write form that sets it."""
    response: str
    """The information response to the write form with the keyword alone, as printed."""
    since: dict[str, str]
    """Smallest SDK version by product line."""
    profiles: tuple[str, ...]
    """The profiles whose documents list it."""
    parameters: tuple[Parameter, ...] = ()
    default: str = ""
    errata: tuple[str, ...] = ()


class Command(Struct, frozen=True, forbid_unknown_fields=True):
    """One extended command of the flow."""

    name: str
    """Without ``AT+``."""
    purpose: str
    clause: str
    forms: dict[str, FormRule]
    """By ``test``, ``read``, ``write``, ``execute``."""
    max_response_time_s: float
    persistence: str
    since: dict[str, str]
    """Smallest SDK version by product line: ``cellular``, ``wifi``, ``nb``."""
    differences: tuple[str, ...] = ()
    """Between product lines and editions, a sentence each."""
    errata: tuple[str, ...] = ()
    keywords: dict[str, Keyword] = field(default_factory=dict)
    """The parameter sets of ``AT+QIOTCFG`` by keyword; empty for every other command."""


class EventParameter(Struct, frozen=True, forbid_unknown_fields=True):
    """One field of an event's data."""

    name: str
    type: str
    optional: bool = False
    description: str = ""


class EventCode(Struct, frozen=True, forbid_unknown_fields=True):
    """One (type, code) pair of the vendor's tables."""

    type: int
    code: int
    meaning: str
    editions: tuple[str, ...]
    """Event tables that list it: ``cellular-2025-zh``, ``nb-2022-en`` ..."""
    parameters: tuple[EventParameter, ...] = ()
    success: bool = False
    """True where it says that what was asked for has been done."""
    errata: tuple[str, ...] = ()


class Transition(Struct, frozen=True, forbid_unknown_fields=True):
    """One row of a state machine."""

    id: str
    source: str
    input: str
    target: str
    evidence: tuple[str, ...]
    guard: str = ""
    outputs: tuple[str, ...] = ()
    mover: str = ""
    """Who moves it: ``host``, ``module``, ``platform``, ``network``, ``power``, ``timer``."""
    settled: bool = True
    """False where it was only observed in code or inferred: then it is a reference and no rule."""


class Machine(Struct, frozen=True, forbid_unknown_fields=True):
    """A transition table with its states."""

    name: str
    title: str
    initial: str
    states: dict[str, str]
    """Name to description."""
    transitions: tuple[Transition, ...]


class Erratum(Struct, frozen=True, forbid_unknown_fields=True):
    """A contradiction of the documents, and what the suite does about it."""

    id: str
    finding: str
    choice: str
    reason: str
    verdict: str
    """``required``, ``permitted``, ``profile``, ``inconclusive``, ``ignored`` or ``host``."""
    requirements: tuple[str, ...] = ()
    unseen: str = ""
    """Why it binds nobody on the wire; empty where logs can keep and break it."""


class Profile(Struct, frozen=True, forbid_unknown_fields=True):
    """What differs between product lines and editions."""

    name: str
    description: str
    vintage: str = ""
    """``2025`` or ``2022``."""
    line: str = ""
    """``cellular``, ``wifi`` or ``nb``."""
    event_editions: tuple[str, ...] = ()
    """An event pair is known if one of these editions lists it."""
    keys: tuple[str, ...] = ()
    """Keys that make bracketed requirements mandatory."""
    not_applicable: dict[str, str] = field(default_factory=dict)
    """Requirement id to the reason why it does not apply."""
    updating_before_reading: bool = False
    """10704 comes before the first read and ``UPDATE=3`` is not used (E-03)."""
    updating_repeats: bool = False
    """10704 may come again between the reads (E-30)."""
    overlay: bool = False
    """An overlay is added to any profile: ``cellular-2025+sdk29``; it has no line of its own."""
    timers: dict[str, float] = field(default_factory=dict)
    """Seconds, reference values of the SDK."""


class Specification(Struct, frozen=True):
    """Everything that the data files hold."""

    areas: dict[str, Area]
    requirements: dict[str, Requirement]
    commands: dict[str, Command]
    neighbours: frozenset[str]
    """Documented commands that are not of this flow, and that a host may send beside it."""
    events: dict[tuple[int, int], EventCode]
    event_types: dict[int, str]
    """What a type of event is about."""
    event_editions: tuple[str, ...]
    """The event pages, ``<line>-<year>-<language>``."""
    connection: Machine
    ota: Machine
    errata: dict[str, Erratum]
    sources: dict[str, Source]
    profiles: dict[str, Profile]
    """The named profiles; overlays are in `overlays`."""
    overlays: dict[str, Profile]
    digest: str
    """SHA-256 over all data files, in hex."""

    def profile(self, name: str) -> Profile:
        """Return a profile by name; ``cellular-2025+sdk29`` is a profile with an overlay.

        An overlay that stands alone is added to the default profile, so ``sdk29`` is the same.
        Raises KeyError with the unknown part of the name.
        """
        base_name, *overlay_names = name.split("+")
        if base_name in self.overlays:
            base_name, overlay_names = DEFAULT_PROFILE, [base_name, *overlay_names]
        profile = self.profiles[base_name]
        for overlay_name in overlay_names:
            profile = _with_overlay(profile, self.overlays[overlay_name])
        return profile

    def parameter(self, command: str, number: int = 0) -> Parameter:
        """Return a parameter of a command's write form, by its place from 0."""
        return self.commands[command].forms["write"].parameters[number]

    def timer_s(self, profile: Profile, name: str) -> float:
        """Return a timer in seconds: the profile's, or the reference value of the overlay with it.

        Raises `KeyError` where no document knows the timer.
        """
        if name in profile.timers:
            return profile.timers[name]
        known = {n: s for overlay in self.overlays.values() for n, s in overlay.timers.items()}
        return known[name]

    def mandatory(self, requirement: Requirement, profile: Profile) -> bool:
        """Tell whether breaking `requirement` makes an IUT non-conformant under `profile`."""
        if requirement.unobservable:
            return False  # no IUT can break it
        if requirement.strength is Strength.SHALL:
            return True
        return any(key in profile.keys for key in requirement.mandatory_in)


def _with_overlay(base: Profile, overlay: Profile) -> Profile:
    """Add what an overlay says to a profile."""
    return Profile(
        name=f"{base.name}+{overlay.name}",
        description=f"{base.description} {overlay.description}",
        vintage=base.vintage,
        line=base.line,
        event_editions=base.event_editions + overlay.event_editions,
        keys=base.keys + overlay.keys,
        not_applicable=base.not_applicable | overlay.not_applicable,
        updating_before_reading=base.updating_before_reading or overlay.updating_before_reading,
        timers=base.timers | overlay.timers,
    )
