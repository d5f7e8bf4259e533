"""What all tests share."""

import gc
from collections.abc import Iterator

import pytest
from hypothesis import settings
from tests.support.brisk import SIZES

from ipcbench.launch import sizing

# Nothing in a test is a speed: an example that a busy machine held up for 0.3 s is no fault.
settings.register_profile("ipcbench", deadline=None)
settings.load_profile("ipcbench")

# Tests have few short trials, as commands that they give have (`tests.support.zygote`).
pytest_plugins = ["pytester"]
#: What a user has.
WHOLE = {name: vars(sizing)[name] for name in SIZES}
vars(sizing).update(SIZES)


@pytest.fixture(scope="module")
def whole_trials() -> Iterator[None]:
    """Let launches have as many trials, and as long ones, as a user's have: for tests of just these."""
    with pytest.MonkeyPatch.context() as patch:
        for name, size in WHOLE.items():
            patch.setattr(sizing, name, size)
        yield


@pytest.fixture(autouse=True)
def sessions_of_their_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let a pytest that a test starts know nothing of the workers that run the tests side by side.

    And let no command store its record among ours, unless a test says where.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("PYTEST_XDIST_WORKER", raising=False)
        patch.setenv("IPCBENCH_RESULTS", str(tmp_path_factory.getbasetemp() / "records"))
        yield


def pytest_collection_finish() -> None:
    """Keep what was collected out of the way of each later collection, and of what is forked: it stays."""
    gc.collect()
    gc.freeze()
