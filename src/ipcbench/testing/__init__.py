"""For authors of channels: the contract, and the kit that shows that a channel keeps it.

    import pytest
    from ipcbench.testing import Check, checks_for
    from my_package import MyChannel

    @pytest.mark.parametrize("check", checks_for(MyChannel), ids=str)
    def test_my_channel(check: Check) -> None:
        check("fork")

The same without pytest, on any CPython from 3.9 on:

    python -m ipcbench.testing my_package:MyChannel --start-method spawn
"""

from __future__ import annotations

from ipcbench.probe.channels.contract import Channel, Endpoint, Traits
from ipcbench.testing.conformance import CHECKS, Check, checks_for
from ipcbench.testing.pair import ConformanceError

__all__ = ["CHECKS", "Channel", "Check", "ConformanceError", "Endpoint", "Traits", "checks_for"]
