"""Settings of all tests: Hypothesis takes the same examples each time, unless sent to explore."""

import gc
import os

from hypothesis import settings

settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("explore", max_examples=1000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


def pytest_collection_finish() -> None:
    """Have no later collection of garbage look at all that lasts: each campaign ends with one."""
    gc.collect()
    gc.freeze()
