"""Signatures and time stamps of a bundle: keys of both kinds."""

import base64
import json
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from support.bundles import changed, contents, forged
from support.campaigns import Finished, atverdict

from atverdict.reports.bundle import der, time_stamp
from atverdict.reports.bundle.archive import BundleError

ENVELOPE = "statement.dsse.json"
STAMP = "time-stamp.tsr"
TSA = """
[tsa]
serial = serial
default_policy = 1.2.3.4.1
digests = sha256
signer_digest = sha256
[extensions]
extendedKeyUsage = critical,timeStamping
[req]
distinguished_name = name
[name]
"""


def _run(folder: Path, *words: str, octets: bytes = b"") -> bytes:
    return subprocess.run(words, cwd=folder, input=octets, capture_output=True, check=True).stdout


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a run, keys and an authority for time stamps."""
    folder = tmp_path_factory.mktemp("lab")
    assert atverdict(folder, "run", "--select", "interconnection").code == 0
    for name in ("key", "other"):
        _run(folder, "openssl", "genpkey", "-algorithm", "ed25519", "-out", f"{name}.pem")
        _run(folder, "openssl", "pkey", "-in", f"{name}.pem", "-pubout", "-out", f"{name}.pub.pem")
        _run(folder, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "lab", "-f", name)
    words = ("-aes256", "-passout", "pass:open", "-out", "locked.pem")
    _run(folder, "openssl", "pkey", "-in", "key.pem", *words)
    _run(folder, "openssl", "genpkey", "-algorithm", "ed448", "-out", "ed448.pem")
    (folder / "tsa.cnf").write_text(TSA)
    (folder / "serial").write_text("01")
    for name in ("tsa", "stranger"):
        words = ("-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
        words += ("-config", "tsa.cnf", "-extensions", "extensions", "-subj", f"/CN={name}")
        _run(folder, "openssl", "req", *words, "-keyout", f"{name}.key", "-out", f"{name}.crt")
    _run(folder, "openssl", "pkey", "-in", "key.pem", "-out", "key.der", "-outform", "DER")
    return folder


@pytest.fixture(scope="module")
def signed(lab: Path) -> Path:
    assert _bundled(lab, "signed.zip", "--sign", "key.pem").code == 0
    return lab / "signed.zip"


@pytest.fixture(scope="module")
def by_ssh(lab: Path) -> Path:
    assert _bundled(lab, "ssh.zip", "--sign", "key").code == 0
    return lab / "ssh.zip"


def _bundled(lab: Path, name: str, *words: str) -> Finished:
    return atverdict(lab, "bundle", "run", "--out", name, *words)


def _verified(lab: Path, bundle: Path, *words: str) -> Finished:
    return atverdict(lab, "verify", str(bundle), *words)


def _fingerprint(lab: Path, name: str) -> str:
    return _run(lab, "ssh-keygen", "-l", "-f", name).decode().split()[1]


def test_a_signed_bundle_verifies(lab: Path, signed: Path) -> None:
    done = _verified(lab, signed, "--key", "key.pub.pem")
    assert done.code == 0, done.out
    assert "the key of key.pub.pem" in done.out
    assert done.out.splitlines()[-1] == "Verified."
    again = _bundled(lab, "again.zip", "--sign", "key.pem")
    assert again.code == 0
    assert signed.read_bytes() == (lab / "again.zip").read_bytes()


def test_the_statement_is_in_toto_s(signed: Path) -> None:
    envelope = json.loads(contents(signed)[ENVELOPE])
    assert envelope["payloadType"] == "application/vnd.in-toto+json"
    statement = json.loads(base64.b64decode(envelope["payload"]))
    assert statement["_type"] == "https://in-toto.io/Statement/v1"
    assert statement["predicateType"] == "https://in-toto.io/attestation/test-result/v0.1"
    assert [subject["name"] for subject in statement["subject"]] == ["manifest.json"]
    predicate = statement["predicate"]
    assert predicate["result"] == "PASSED"
    assert "SOTA-CMD-REG-001" in predicate["passedTests"]
    assert predicate["failedTests"] == predicate["warnedTests"] == []
    assert {each["name"] for each in predicate["configuration"]} >= {"specification", "suite"}


def test_openssl_checks_the_signature_too(lab: Path, signed: Path) -> None:
    envelope = json.loads(contents(signed)[ENVELOPE])
    payload, kind = base64.b64decode(envelope["payload"]), envelope["payloadType"].encode()
    pae = b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)
    (lab / "pae").write_bytes(pae)
    (lab / "sig").write_bytes(base64.b64decode(envelope["signatures"][0]["sig"]))
    words = ("-verify", "-pubin", "-inkey", "key.pub.pem", "-rawin", "-in", "pae", "-sigfile")
    assert b"Successfully" in _run(lab, "openssl", "pkeyutl", *words, "sig")


def test_a_signature_that_nobody_vouches_for(lab: Path, signed: Path, by_ssh: Path) -> None:
    for bundle in (signed, by_ssh):
        done = _verified(lab, bundle)
        assert done.code == 0
        assert "No signer was named to compare it with" in done.out
        assert done.out.splitlines()[-1] == "Verified, but the maker is not known."
    assert _fingerprint(lab, "key.pub") in _verified(lab, by_ssh).out


def test_another_key_is_named(lab: Path, signed: Path, by_ssh: Path) -> None:
    done = _verified(lab, signed, "--key", "other.pub.pem")
    assert done.code == 1
    assert "WRONG: the signature is by another key, SHA256:" in done.out
    done = _verified(lab, by_ssh, "--key", "other.pub")
    assert done.code == 1
    assert f"by another key, {_fingerprint(lab, 'key.pub')}, and not by other.pub" in done.out
    done = _verified(lab, by_ssh, "--key", "key.pub.pem")
    assert (done.code, "is no such key" in done.out) == (1, True)


def test_openssh_keys_and_allowed_signers(lab: Path, signed: Path, by_ssh: Path) -> None:
    assert _verified(lab, by_ssh, "--key", "key.pub").code == 0
    for name in ("key", "other"):
        (lab / f"allowed-{name}").write_text(f"qa@lab {(lab / f'{name}.pub').read_text()}")
    done = _verified(lab, by_ssh, "--allowed-signers", "allowed-key")
    assert (done.code, "as qa@lab" in done.out) == (0, True)
    assert _verified(lab, by_ssh, "--allowed-signers", "allowed-other").code == 1
    assert _verified(lab, signed, "--allowed-signers", "allowed-key").code == 1
    assert _verified(lab, signed, "--key", "key.pub").code == 3


@pytest.mark.parametrize("kind", ["signed.zip", "ssh.zip"])
def test_a_changed_statement(kind: str, lab: Path, signed: Path, by_ssh: Path) -> None:
    assert {signed.name, by_ssh.name} == {"signed.zip", "ssh.zip"}
    envelope = json.loads(contents(lab / kind)[ENVELOPE])
    payload = base64.b64decode(envelope["payload"]).replace(b"PASSED", b"FAILED")
    envelope["payload"] = base64.b64encode(payload).decode()
    bundle = changed(lab / kind, lab / "b.zip", {ENVELOPE: json.dumps(envelope).encode()})
    for words in ((), ("--key", "key.pub.pem" if kind == "signed.zip" else "key.pub")):
        done = _verified(lab, bundle, *words)
        assert done.code == 1
        assert "the signature is not over this statement" in done.out


def test_a_statement_that_says_what_the_log_does_not(lab: Path, signed: Path) -> None:
    # Whoever has the key signs what he likes; the log tells otherwise.
    log = contents(signed)["conformance.log.jsonl"].replace(b"+QIOTREG: 0", b"+QIOTREG: 9")
    bundle = changed(signed, lab / "b.zip", {"conformance.log.jsonl": log})
    done = _verified(lab, bundle, "--key", "key.pub.pem")
    assert done.code == 1
    assert "the passed tests of the signed statement are not those of the log" in done.out


def test_an_edited_manifest_is_not_the_signed_one(lab: Path, signed: Path) -> None:
    done = _verified(lab, forged(signed, lab / "b.zip", {}), "--key", "key.pub.pem")
    assert done.code == 1
    assert "manifest.json was changed: it is not the one that was signed" in done.out


@pytest.mark.parametrize("octets", [b"", b"{}", b"[" * 9000, b'{"payload":"!"}'], ids=range(4))
def test_an_envelope_that_is_none(octets: bytes, lab: Path, signed: Path) -> None:
    done = _verified(lab, changed(signed, lab / "b.zip", {ENVELOPE: octets}))
    assert done.code == 1
    assert "is no DSSE envelope" in done.out


def test_a_signature_that_was_taken_away(lab: Path, signed: Path) -> None:
    bundle = changed(signed, lab / "b.zip", {ENVELOPE: None})
    done = _verified(lab, bundle, "--key", "key.pub.pem")
    assert (done.code, "the bundle is not signed" in done.out) == (1, True)


def test_a_passphrase(lab: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = _bundled(lab, "locked.zip", "--sign", "locked.pem")
    assert (done.code, "has a passphrase" in done.err) == (3, True)
    monkeypatch.setenv("ATVERDICT_PASSPHRASE", "shut")
    assert _bundled(lab, "locked.zip", "--sign", "locked.pem").code == 3
    monkeypatch.setenv("ATVERDICT_PASSPHRASE", "open")
    assert _bundled(lab, "locked.zip", "--sign", "locked.pem").code == 0
    assert _verified(lab, lab / "locked.zip", "--key", "key.pub.pem").code == 0
    assert _bundled(lab, "locked.zip", "--sign", "key.pem").code == 0


def test_keys_of_another_kind_are_one_sentence(lab: Path, signed: Path) -> None:
    for key in ("ed448.pem", "key.pub.pem", "key.der", "tsa.cnf", "run", "nokey"):
        done = _bundled(lab, "none.zip", "--sign", key)
        assert done.code == 3, key
        assert done.err.count("\n") == 1
        done = _verified(lab, signed, "--key", "key.pem" if key == "key.pub.pem" else key)
        assert done.code == 3, key
        assert done.err.count("\n") == 1
    assert not (lab / "none.zip").exists()
    both = ("--key", "key.pub.pem", "--allowed-signers", "tsa.cnf")
    assert _verified(lab, signed, *both).code == 3
    assert _verified(lab, signed, "--allowed-signers", "nobody").code == 3


# Time stamps


def _stamp(lab: Path, query: bytes, name: str = "tsa") -> bytes:
    """Answer a query as an authority."""
    (lab / "query.tsq").write_bytes(query)
    words = ("-config", "tsa.cnf", "-section", "tsa", "-queryfile", "query.tsq")
    words += ("-signer", f"{name}.crt", "-inkey", f"{name}.key")
    return _run(lab, "openssl", "ts", "-reply", *words)


@pytest.fixture
def authority(lab: Path) -> Iterator[str]:
    """Serve time stamps on a port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.headers["Content-Type"] == "application/timestamp-query"
            query = self.rfile.read(int(self.headers["Content-Length"]))
            if self.path == "/broken":
                self.send_error(500)
                return
            answer = _stamp(lab, query) if self.path == "/tsa" else b"Sorry"
            self.send_response(200)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_arguments: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_time_stamp_from_an_authority(lab: Path, authority: str) -> None:
    words = ("--sign", "key.pem", "--time-stamp", f"{authority}/tsa")
    done = _bundled(lab, "stamped.zip", *words)
    assert done.code == 0, done.err
    bundle = lab / "stamped.zip"
    done = _verified(lab, bundle)
    assert (done.code, "Its authority was not checked" in done.out) == (0, True)
    done = _verified(lab, bundle, "--tsa-ca", "tsa.crt")
    assert done.code == 0, done.out
    assert "tsa.crt confirm its time" in done.out
    done = _verified(lab, bundle, "--tsa-ca", "stranger.crt")
    assert (done.code, "do not confirm its authority" in done.out) == (1, True)
    done = _verified(lab, changed(bundle, lab / "b.zip", {ENVELOPE: None}))
    assert (done.code, "the time stamp is not over manifest.json" in done.out) == (1, True)
    assert _verified(lab, bundle, "--tsa-ca", "nowhere.crt").code == 3


def test_an_authority_that_gives_none(lab: Path, authority: str) -> None:
    for path, reason in (("broken", "500"), ("sorry", "no time stamp of RFC 3161")):
        done = _bundled(lab, "none.zip", "--time-stamp", f"{authority}/{path}")
        assert (done.code, reason in done.err) == (3, True), done.err
        assert done.err.count("\n") == 1
    assert _bundled(lab, "none.zip", "--time-stamp", "http://127.0.0.1:9/").code == 3
    assert not (lab / "none.zip").exists()


def test_a_time_stamp_from_a_file(lab: Path) -> None:
    assert _bundled(lab, "plain.zip").code == 0
    (lab / "manifest.json").write_bytes(contents(lab / "plain.zip")["manifest.json"])
    words = ("-query", "-data", "manifest.json", "-sha256", "-cert")
    (lab / "good.tsr").write_bytes(_stamp(lab, _run(lab, "openssl", "ts", *words)))
    done = _bundled(lab, "stamped.zip", "--time-stamp", "good.tsr")
    assert done.code == 0, done.err
    assert _verified(lab, lab / "stamped.zip", "--tsa-ca", "tsa.crt").code == 0
    done = _bundled(lab, "none.zip", "--sign", "key.pem", "--time-stamp", "good.tsr")
    assert done.code == 3
    assert f"it must be over {ENVELOPE} of the bundle, whose SHA-256 is" in done.err
    done = _verified(lab, lab / "plain.zip", "--tsa-ca", "tsa.crt")
    assert (done.code, "has no time stamp" in done.out) == (1, True)
    garbled = changed(lab / "stamped.zip", lab / "b.zip", {STAMP: b"Sorry"})
    done = _verified(lab, garbled)
    assert (done.code, "no time stamp of RFC 3161" in done.out) == (1, True)


def test_the_query_is_what_openssl_asks(lab: Path) -> None:
    asked = time_stamp.request("ab" * 32)
    words = ("ts", "-query", "-digest", "ab" * 32, "-sha256", "-cert", "-no_nonce")
    assert asked == _run(lab, "openssl", *words)


def test_any_damage_to_a_time_stamp_is_a_sentence(lab: Path) -> None:
    stamp = _stamp(lab, time_stamp.request("ab" * 32))
    assert time_stamp.read_time_stamp(stamp).sha256 == "ab" * 32
    for offset in range(len(stamp)):
        for other in (stamp[:offset], stamp[:offset] + b"\xff" + stamp[offset + 1 :]):
            try:
                time_stamp.read_time_stamp(other)
            except BundleError as refused:
                assert str(refused).isprintable()  # noqa: PT017 - most damage does no harm


def test_der_lengths() -> None:
    for length in (0, 127, 128, 255, 256, 70_000):
        (found,) = der.elements(der.element(der.OCTETS, bytes(length)))
        assert found == der.Element(der.OCTETS, bytes(length))
    for octets in (b"\x04", b"\x04\x80", b"\x04\x85\0\0\0\0\0", b"\x04\x02a", b"\x04\x82\x01"):
        with pytest.raises(der.DerError):
            list(der.elements(octets))
