"""What all tests share."""

from collections.abc import Iterator

import pytest

pytest_plugins = ["pytester"]


@pytest.fixture(autouse=True)
def sessions_of_their_own() -> Iterator[None]:
    """Let a pytest that a test starts know nothing of the workers that run the tests side by side."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("PYTEST_XDIST_WORKER", raising=False)
        yield
