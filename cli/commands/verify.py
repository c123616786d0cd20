"""The command `atverdict verify`."""

from pathlib import Path

import click

from atverdict.cli.problems import Problem
from atverdict.reports.bundle.archive import BundleError
from atverdict.reports.bundle.signing import Trust
from atverdict.reports.bundle.verify import verify

__all__ = ["command"]

_VERDICTS = ("Verified.", "Does not verify.", "Not verified: something stays open.")


@click.command("verify")
@click.argument("bundle", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--key",
    type=click.Path(path_type=Path),
    metavar="PUBKEY",
    help="The public key whose signature counts: Ed25519 (PEM), or an OpenSSH key.",
)
@click.option(
    "--allowed-signers",
    "signers",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Those whose OpenSSH signatures count, as ssh-keygen reads them.",
)
@click.option(
    "--tsa-ca",
    "authorities",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Certificates (PEM) that vouch for the time stamp's authority; openssl checks it.",
)
def command(bundle: Path, key: Path | None, signers: Path | None, authorities: Path | None) -> None:
    """Check a bundle, and judge its log again.

    \b
    Exit code: 0 verified, 1 does not verify, 2 something stays open: the specification
    that the bundle carries cannot be read by this version, 3 no bundle, or wrong input.

    Without --key or --allowed-signers a signature shows that the bundle is whole, and not whose it
    is.
    """  # noqa: D301 - click keeps the lines behind \b
    if key is not None and signers is not None:
        raise Problem("give either --key or --allowed-signers")
    if signers is not None and not signers.is_file():
        raise Problem(f"{signers}: cannot be read")
    try:
        found = verify(bundle, Trust(key, signers), authorities)
    except BundleError as error:
        raise Problem(f"{bundle}: {error}") from error
    for fact in found.facts:
        click.echo(fact)
    for problem in found.problems:
        click.echo(f"WRONG: {problem}")
    for open_ in found.open:
        click.echo(f"OPEN: {open_}")
    known = found.signer_known or found.exit_code
    click.echo(_VERDICTS[found.exit_code] if known else "Verified, but for who has made it.")
    raise click.exceptions.Exit(found.exit_code)
