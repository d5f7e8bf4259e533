"""Launches of few short trials, for tests of something else than figures."""

from __future__ import annotations

#: By name in `ipcbench.launch.sizing`. Shorter trials are as noisy as these are few: nothing is narrow then.
SIZES: dict[str, object] = {
    "LONGEST_SUSTAINED_S": 0.02,
    "LONGEST_LONGER_S": 0.01,
    "BRIEF_BLOCKS_S": 20e-3,
    "FEWEST_BRIEF_BLOCKS": 5,
    "WARMUP_BLOCKS": 5,
    "MOST_WARMUP_BLOCKS": 10,
}
#: What an interpreter of its own runs before anything is launched.
CODE = f"from ipcbench.launch import sizing; vars(sizing).update({SIZES!r}); "


def pytest_configure() -> None:
    """Let launches be short where this is a plugin of a session."""
    from ipcbench.launch import sizing

    vars(sizing).update(SIZES)
