"""Templates of PIXIT and PICS with comments, and the answers that are put into them."""

import json
import re

__all__ = ["PICS", "PIXIT", "filled"]

PIXIT = """\
# PIXIT: what the tester must be told. Everything may be left out; what stands here are the
# defaults, except for [product] and [control], which have none.

[iut]
name = ""                      # printed on reports
firmware = ""
profile = "cellular-2025"      # atverdict spec list shows the profiles

[serial]
baudrate = 115200              # also for a line behind a network port: its time is taken out
#bytesize = 8                  # data bits: 5 to 8
#parity = "none"               # none, even, odd, mark, space
#stopbits = 1                  # 1 or 2
#rtscts = false                # flow control
#xonxoff = false               # a package with the octets 0x11 or 0x13 does not pass it
#dsrdtr = false
#usb_serial = "A50285BI"       # a port that comes back under another name is the one of this device
#port_pattern = "/dev/serial/by-path/*-if02*"   # ... or the only one with such a path

#[product]                     # only where the IUT is not provisioned; the secret is never logged
#key = "p11abc"
#secret = "c0VtbGUgc2VjcmV0"

[plan]
component = "STM32"
source_version = "1_0_0"       # announced before the upgrade
target_version = "2_0_0"
image = ""                     # the uploaded package, compared octet by octet; beside this file

#[control]                     # the laboratory's control agent, started in this file's folder
#command = ["python3", "lab_agent.py"]

#[host]                        # host role: what the host measures, where no agent can set it
#battery = 80                  # per cent
#signal = -70                  # dBm
#free_space = 1000000          # octets
#components = ["STM32"]        # everything that it announces, in its order

[timing]                       # seconds
boot = 30.0                    # power cycle until AT is answered
connect = 90.0                 # AT+QIOTREG=1 until 3,10200
offer = 30.0                   # AT+QIOTOTAREQ until 7,10700
download = 600.0               # AT+QIOTUPDATE=1 until the last 7,10703
outcome = 30.0                 # version report until 7,10705 or 7,10706
silence = 3.0                  # how long nothing must happen before that is believed
"""
"""The same as `docs/pixit.toml`: everything at its default."""

PICS = """\
# PICS: what the IUT is declared to be able to do. Everything may be left out. What the IUT says of
# itself is compared with it; a difference is reported, and is no failure.

#max_length = 1024              # octets: the largest block of one read
#reg_values = [0, 1, 2]         # the modes of AT+QIOTREG
#otareq_values = [0, 1]         # the values of AT+QIOTOTAREQ
#update_values = [0, 1, 2, 3]   # the actions of AT+QIOTUPDATE
#multi_piece = true             # whether large packages come in several pieces
#sdk_version = "2.23.0"         # as AT+QIOTINFO? tells it

[not_supported]                # requirement = the reason why the IUT does not claim it
#"SOTA-FRM-015" = "the documentation does not promise it"
"""


def filled(template: str, answers: dict[str, object]) -> str:
    """Put values into a template, by ``table.key``. A table that was a comment becomes a table.

    A value is a string, a number or a list of strings. Raises `KeyError` for a name that the
    template does not have.
    """
    lines = template.splitlines()
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
