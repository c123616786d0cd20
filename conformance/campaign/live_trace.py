"""The live trace: what the session knows of the IUT while it drives it."""

from atverdict.conformance.evidence.log import Header, Record, Resumed, RoundTrip
from atverdict.conformance.evidence.trace import Exchange, Trace, Urc
from atverdict.conformance.evidence.transport import Share, share_of
from atverdict.conformance.judge.module.proof import ModuleProof
from atverdict.conformance.judge.state.flow import Flow

__all__ = ["LiveTrace"]


class LiveTrace:
    """The trace of the log as it is written, without verdicts: judging would delay commands."""

    def __init__(self) -> None:
        self.trace = Trace()
        self.flow = Flow()
        self.interconnection = ModuleProof()
        self.exchanges = 0
        """The number of exchanges that have ended."""
        self.last: Exchange | None = None
        """The exchange that ended last."""
        self.urcs: list[Urc] = []
        """All URCs, in order."""
        self.header: Header | None = None
        self.opened_s = 0.0
        """When the port was opened; a resumed run does not know how long it was not, in seconds."""
        self.share = Share()
        """The time that the transport may add to a duration."""

    def observe(self, record: Record) -> None:
        """Take the next record."""
        self.interconnection.hear(record)
        if isinstance(record, Header):
            self.header = record
        elif isinstance(record, RoundTrip) and self.header is not None:
            self.share = share_of(self.header, record)
        elif isinstance(record, Resumed):
            self.opened_s = record.t
        for item in self.trace.feed(record):
            if isinstance(item, Exchange):
                self.exchanges += 1
                self.last = item
            elif isinstance(item, Urc):
                self.urcs.append(item)
            self.interconnection.observe(item)
            self.flow.observe(item)
