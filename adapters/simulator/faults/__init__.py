"""Faults of the module, one file an area.

lines          taking command lines: prefix, terminator, buffer, echo of some lines
framing        line ends, echo, final result codes, places of events: in every answer of a kind
wording        the same in some answers alone: long texts, short blocks, events that coincide
commands       commands of the flow as every plain upgrade uses them
product        QIOTREG, QIOTSTATE, QIOTCFG, QIOTINFO: some arguments, some states
versions       QIOTMCUVER: some names, some lengths, several components
decisions      QIOTOTAREQ, QIOTUPDATE: some arguments, some states
robustness     malformed arguments that the parser takes, of whatever command
reading        QIOTOTARD in plain reading: header, length, offset, octets
blocks         QIOTOTARD at the limits: some lengths and starts, ends of pieces, other states
octets         single octet values inside a block
integrity      the package as a whole: reused buffers, caches, pieces, digests of other octets
events         fields of an event, each time that it comes
fields         fields of an event, in some upgrade, piece or package alone
flow           steps that are missing, doubled or out of order in a first upgrade
sequence       the same with a history: second upgrades, refusals, hasty consent, late timers
restarts       a loss of power or network: what flash keeps, and how the module connects again
interruptions  a loss of power or network that cuts one certain step of an upgrade
platform       the platform behind the module: which plan a device is offered, what is recorded
timing         answers that come late, and timers that are wrong
"""
