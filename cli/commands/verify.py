"""The command `atverdict verify`."""

from pathlib import Path

import click

from atverdict.cli.problems import Problem
from atverdict.reports.bundle.archive import BundleError
from atverdict.reports.bundle.signing import Trust
from atverdict.reports.bundle.verify import verify

__all__ = ["command"]

_VERDICTS = ("Verified.", "Does not verify.", "Not verified: a part could not be checked.")


@click.command("verify")
@click.argument("bundle", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--key",
    type=click.Path(path_type=Path),
    metavar="PUBKEY",
    help="The public key whose signature counts: Ed25519 (PEM) or OpenSSH.",
)
@click.option(
    "--allowed-signers",
    "signers",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The signers whose OpenSSH signatures count, in the format of ssh-keygen.",
)
@click.option(
    "--tsa-ca",
    "authorities",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Certificates (PEM) of the authorities to trust for time stamps; openssl checks.",
)
def command(bundle: Path, key: Path | None, signers: Path | None, authorities: Path | None) -> None:
    """Check a bundle, and judge its log again.

    Without --key or --allowed-signers a signature shows that the bundle is whole, but not who has
    made it. A bundle stays open (2) if this version cannot read the specification in it. Exit
    codes: see `atverdict --help`.
    """
    if key is not None and signers is not None:
        raise Problem("give --key or --allowed-signers, not both")
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
    click.echo(_VERDICTS[found.exit_code] if known else "Verified, but the maker is not known.")
    raise click.exceptions.Exit(found.exit_code)
