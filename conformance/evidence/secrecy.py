"""The redactor: product and device secrets never reach a log or a report."""

import re

__all__ = ["Redactor"]

_SECRET_ANSWER = re.compile(
    rb'(\+QIOTCFG: ?"(?:productinfo|dk_ds|psk)","?[^",\r\n]*"?,"?)([^",\r\n]+)', re.IGNORECASE
)
_PREFIXES = (b'+QIOTCFG:"PRODUCTINFO"', b'+QIOTCFG:"DK_DS"', b'+QIOTCFG:"PSK"')
_MASK = b"*"


def _masked(answer: re.Match[bytes]) -> bytes:
    return answer[1] + _MASK * len(answer[2])


class Redactor:
    """The mask of secrets in a stream of octets; each octet of a secret becomes one `*`.

    Octets that may be the beginning of a secret are held back until its end is known. So a few
    octets may come out with the next chunk.
    """

    def __init__(self, secrets: tuple[bytes, ...]) -> None:
        """Mask these secrets, and the second value of the answers that show a secret."""
        self._secrets = tuple(secret for secret in secrets if secret)
        longest_first = sorted(self._secrets, key=len, reverse=True)
        self._pattern = re.compile(b"|".join(map(re.escape, longest_first)))
        self._one_line = not any(b"\n" in secret for secret in self._secrets)
        self._held = b""

    def sent(self, octets: bytes) -> bytes:
        """Mask a whole command line."""
        return self._mask(octets)[0]

    def received(self, octets: bytes) -> bytes:
        """Take a chunk and return the octets that can be written down now."""
        # Mask first: the end of a secret may look like the beginning of another one.
        octets, done = self._mask(self._held + octets if self._held else octets)
        if self._one_line and octets.endswith(b"\n"):
            self._held = b""  # nothing to mask goes beyond the end of a line
            return octets
        keep = self._to_hold(octets, done)
        self._held = octets[len(octets) - keep :]
        return octets[: len(octets) - keep]

    def flush(self) -> bytes:
        """Return the octets that were held back, at the end of the stream."""
        held, self._held = self._held, b""
        return held

    def _mask(self, octets: bytes) -> tuple[bytes, int]:
        """Return the masked octets, and the offset behind the last secret."""
        done = 0
        if self._secrets:
            for found in self._pattern.finditer(octets):
                done = found.end()
                hidden = _MASK * (done - found.start())
                octets = octets[: found.start()] + hidden + octets[done:]
        return _SECRET_ANSWER.sub(_masked, octets), done

    def _to_hold(self, octets: bytes, done: int) -> int:
        """Return the number of octets at the end that may be the beginning of something to mask.

        Octets before `done` are masked already: they begin nothing, even where they look like it.
        """
        keep = 0
        rest = octets[done:]
        for secret in self._secrets:
            for length in range(min(len(secret) - 1, len(rest)), keep, -1):
                if rest.endswith(secret[:length]):
                    keep = length
                    break
        line = octets[max(octets.rfind(b"\n"), octets.rfind(b"\r")) + 1 :]
        begun = line.upper().replace(b": ", b":")
        if begun and any(begun.startswith(p) or p.startswith(begun) for p in _PREFIXES):
            keep = max(keep, len(line))
        return keep
