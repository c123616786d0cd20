"""No secret is written down, however its octets arrive."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from support.campaigns import atverdict

from atverdict.conformance.evidence.secrecy import Redactor

SECRET = "TopS3cretT"
STORED = "c2ltdWxhdGVk"
PIXIT = f"""
[product]
key = "p11abc"
secret = "{SECRET}"
"""


@pytest.mark.parametrize("query", ["", "?chunk=1&baudrate=none", "?echo=no", "?leading_crlf=never"])
def test_a_secret_is_in_no_file_of_a_run(query: str, tmp_path: Path) -> None:
    (tmp_path / "pixit.toml").write_text(PIXIT)
    ended = atverdict(
        *(tmp_path, "run", "--iut", f"sim:{query}", "--pixit", "pixit.toml"),
        *("--select", "registration"),
    )
    assert ended.result["requirements"]["SOTA-CMD-CFG-002"]["verdict"] == "pass"
    files = [path for path in (tmp_path / "run").rglob("*") if path.is_file()]
    assert len(files) > 100
    for path in files:
        octets = path.read_bytes()
        for secret in (SECRET, STORED):
            assert secret.encode() not in octets, path
            assert secret[::-1].encode() not in octets, path
    log = ended.log.read_bytes()
    assert log.count(b"p11abc") > 1
    assert b"*" * len(SECRET) in log or query.startswith("?chunk=1")
    assert SECRET not in ended.out + ended.err


SECRETS = st.text("abA1*", min_size=1, max_size=6).map(str.encode)
LINES = st.sampled_from(
    [
        b'+QIOTCFG: "productinfo",key,%s,V1\r\n',
        b'+QIOTCFG: "productinfo","key","%s"\r\n',
        b'+QIOTCFG:"dk_ds",dk,%s\r\n',
        b'+qiotcfg: "PSK","a","%s"\r\n',
        b'AT+QIOTCFG="productinfo","key","%s"\r\r\nOK\r\n',
    ]
)
SHOWN = b"hid-den"


@st.composite
def streams(draw: st.DrawFn) -> tuple[bytes, bytes]:
    """Return a secret and octets in which it, its beginnings and answers that show one occur."""
    secret = draw(SECRETS)
    part = st.one_of(
        st.just(secret),
        st.just(secret),
        st.integers(1, len(secret)).map(lambda length: secret[:length]),
        st.binary(max_size=8),
        st.builds(lambda line: b"\r\n" + line % SHOWN, LINES.filter(lambda x: x[:1] == b"+")),
        st.builds(lambda line: b"\r\n" + line % secret, LINES),
    )
    return secret, b"".join(draw(st.lists(part, max_size=8)))


def _redacted(secret: bytes, octets: bytes, cuts: list[int]) -> bytes:
    redactor = Redactor((secret,))
    places = sorted({min(cut, len(octets)) for cut in cuts} | {0, len(octets)})
    parts = [octets[a:b] for a, b in pairwise(places)]
    return b"".join(redactor.received(part) for part in parts) + redactor.flush()


@given(streams(), st.lists(st.integers(0, 120), max_size=12))
@example((b"abca", b"xabca"), [])
@example((b"aa", b"aaa"), [1])
@example((b"*1*", b"*1*1*"), [3])
def test_chunks_make_no_difference(stream: tuple[bytes, bytes], cuts: list[int]) -> None:
    secret, octets = stream
    whole = _redacted(secret, octets, [])
    assert _redacted(secret, octets, cuts) == whole
    assert _redacted(secret, octets, list(range(len(octets)))) == whole
    assert len(whole) == len(octets)
    assert SHOWN not in whole
    if b"*" not in secret:
        assert secret not in whole


@given(st.binary(max_size=60))
def test_without_a_secret_everything_stays(octets: bytes) -> None:
    redactor = Redactor(())
    assert redactor.received(octets) + redactor.flush() == octets


def test_a_command_line_is_masked_in_whole() -> None:
    redactor = Redactor((b"hidden",))
    sent = redactor.sent(b'AT+QIOTCFG="productinfo","key","hidden"\r')
    assert sent == b'AT+QIOTCFG="productinfo","key","******"\r'
    assert redactor.flush() == b""


def test_what_comes_out_late_is_little() -> None:
    redactor = Redactor((b"hidden",))
    assert redactor.received(b"all of this, hid") == b"all of this, "
    assert redactor.received(b"e and seek") == b"hide and seek"
