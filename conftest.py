"""README and docs are tests, too: what they show is parsed by what they show it of."""

from __future__ import annotations

from pathlib import Path

import pytest


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect what a page shows."""
    if file_path.suffix != ".md":
        return None
    # Late: pytest-benchmark's own commands read this file, too, and then load our plugin.
    from tests.support.documented import DOCUMENTATION

    collected: pytest.Collector | None = DOCUMENTATION.pytest()(file_path, parent)
    return collected
