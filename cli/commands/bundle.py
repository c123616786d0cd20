"""The command `atverdict bundle`."""

import os
from pathlib import Path

import click

from atverdict.cli.problems import Problem, explained, writing
from atverdict.cli.stored_run import judgeable_log
from atverdict.reports.bundle.archive import BundleError
from atverdict.reports.bundle.bundle import Seal, write_bundle
from atverdict.reports.bundle.time_stamp import TIME_STAMP_OCTETS, fetch

__all__ = ["PASSPHRASE", "command"]

PASSPHRASE = "ATVERDICT_PASSPHRASE"  # noqa: S105 - where it is found, and not what it is
"""The environment variable with the passphrase of a key in a PEM file."""


@click.command("bundle")
@click.argument("run", type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.zip",
    help="The bundle to write.  [default: beside the folder of the run]",
)
@click.option(
    "--sign",
    "key",
    type=click.Path(path_type=Path),
    metavar="KEY",
    help="Sign with an Ed25519 key (PEM), or with an OpenSSH key through ssh-keygen.",
)
@click.option(
    "--time-stamp",
    "stamp",
    metavar="FILE|URL",
    help="Add a time stamp (RFC 3161): a file with a response, or the URL of an authority.",
)
def command(run: Path, out: Path | None, key: Path | None, stamp: str | None) -> None:
    """Pack a run with all that is needed to judge it again.

    RUN is the folder of a run, or its log. The reports are made from the log again.
    certificate.pdf is taken as it is, if it is there. The same run gives the same octets.

    The passphrase of a PEM key is read from ATVERDICT_PASSPHRASE. A time stamp covers the signed
    statement, or manifest.json if nothing is signed.
    """
    log = judgeable_log(run)
    folder = log.parent.resolve()
    out = out or folder.with_name(f"{folder.name}.zip")
    passphrase = os.environ.get(PASSPHRASE)
    seal = Seal(
        key=key,
        passphrase=passphrase.encode() if passphrase else None,
        stamp=(lambda sha256: _stamp(stamp, sha256)) if stamp else None,
    )
    try:
        with explained(), writing(out):
            manifest = write_bundle(log, out, seal)
    except BundleError as error:
        raise Problem(str(error)) from error
    signed = "signed" if key else "not signed"
    click.echo(f"{out}: {len(manifest.files)} files, {signed}")


def _stamp(source: str, sha256: str) -> bytes:
    """Take a time stamp from a file, or ask an authority for it."""
    if "://" in source:
        return fetch(source, sha256)
    try:
        with Path(source).open("rb") as stream:
            return stream.read(TIME_STAMP_OCTETS)
    except OSError as error:
        raise BundleError(f"{source}: cannot be read: {error.strerror}") from error
