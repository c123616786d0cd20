"""Signatures by OpenSSH keys, made and checked by `ssh-keygen -Y`."""

import re
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from atverdict.reports.bundle.archive import BundleError
from atverdict.reports.bundle.dsse import Signature

__all__ = ["ARMOUR", "check_ssh", "sign_ssh", "signer_ssh"]

ARMOUR = b"-----BEGIN SSH SIGNATURE-----"
NAMESPACE = "atverdict"
LIMIT_S = 120
"""Time to type a passphrase or to touch a token."""
_FINGERPRINT = re.compile(r"\bSHA256:[A-Za-z0-9+/]{43}")
_ANYBODY = "anybody"


def sign_ssh(octets: bytes, key: Path) -> Signature:
    """Sign with a private key, or with a public one whose private half the agent has.

    `ssh-keygen` asks for a passphrase itself. Raises `BundleError` when it cannot sign.
    """
    done = _keygen("sign", "-f", str(key), octets=octets)
    if done.returncode or not done.stdout.startswith(ARMOUR):
        raise BundleError(f"ssh-keygen cannot sign with {key}: {_told(done)}")
    return Signature(keyid=signer_ssh(octets, done.stdout), sig=done.stdout)


def signer_ssh(octets: bytes, signature: bytes) -> str:
    """Return the fingerprint of the signing key; empty where other octets were signed."""
    done = _checked("check-novalidate", signature, octets)
    found = _FINGERPRINT.search(done.stdout.decode("utf-8", "replace"))
    return found[0] if found and not done.returncode else ""


def check_ssh(octets: bytes, signature: bytes, *, key: bytes = b"", signers: Path | None) -> str:
    """Return the name of the signer; empty where no named signer made the signature.

    The named signer is one `key` in OpenSSH's form, or each of the file of allowed `signers`.
    """
    with TemporaryDirectory() as folder:
        if signers is None:
            signers = Path(folder) / "signers"
            signers.write_bytes(b"%b %b\n" % (_ANYBODY.encode(), b" ".join(key.split()[:2])))
            principals = [_ANYBODY]
        else:
            done = _checked("find-principals", signature, octets, "-f", str(signers))
            principals = done.stdout.decode("utf-8", "replace").splitlines()
        for principal in principals:
            arguments = ("-f", str(signers), "-I", principal)
            if not _checked("verify", signature, octets, *arguments).returncode:
                return principal
    return ""


def _checked(
    action: str, signature: bytes, octets: bytes, *arguments: str
) -> subprocess.CompletedProcess[bytes]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "signature"
        path.write_bytes(signature)
        return _keygen(action, *arguments, "-s", str(path), octets=octets)


def _keygen(action: str, *arguments: str, octets: bytes) -> subprocess.CompletedProcess[bytes]:
    program = shutil.which("ssh-keygen")
    if program is None:
        raise BundleError("ssh-keygen is not there; it comes with OpenSSH")
    space = () if action == "find-principals" else ("-n", NAMESPACE)
    try:
        return subprocess.run(  # noqa: S603 - OpenSSH's own program, without a shell
            [program, "-Y", action, *arguments, *space],
            input=octets,
            capture_output=True,
            timeout=LIMIT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BundleError(f"ssh-keygen did not do it: {error}") from error


def _told(done: subprocess.CompletedProcess[bytes]) -> str:
    lines = done.stderr.decode("utf-8", "replace").split("\n")
    return next((line.strip() for line in lines if line.strip()), "it says nothing")
