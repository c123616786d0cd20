"""Errors of the user's making: one sentence and exit code 3, and never a traceback."""

import contextlib
from collections.abc import Iterator

import click

from atverdict.adapters.pco import AddressError, ControlError
from atverdict.conformance.log import LogError
from atverdict.conformance.pixit import InputError
from atverdict.spec.loader import SpecificationError, load_specification

__all__ = ["Problem", "explained", "known_profile"]

WRONG_INPUT = 3
SUITE_FAILED = 4


class Problem(click.ClickException):
    """What is wrong, in one sentence."""

    exit_code = WRONG_INPUT


class SuiteProblem(click.ClickException):
    """The suite itself failed."""

    exit_code = SUITE_FAILED


@contextlib.contextmanager
def explained() -> Iterator[None]:
    """Turn what the user can mend into a sentence."""
    try:
        yield
    except (AddressError, ControlError, InputError, LogError) as error:
        raise Problem(str(error)) from error
    except SpecificationError as error:
        raise SuiteProblem(f"the specification is damaged: {error}") from error


def known_profile(name: str) -> str:
    """Return the full name of a profile. Raises `Problem` for one that does not exist."""
    specification = load_specification()
    try:
        return specification.profile(name).name
    except KeyError as error:
        known = ", ".join([*specification.profiles, *specification.overlays])
        raise Problem(f"profile {name}: {error.args[0]} is not known; known are {known}") from error
