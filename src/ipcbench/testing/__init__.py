"""For authors of channels, workloads, payloads, settings: the contracts, and the kit that tests for them.

    import pytest
    from ipcbench.testing import Check, checks_for
    from my_package import MyChannel

    @pytest.mark.parametrize("check", checks_for(MyChannel), ids=str)
    def test_my_channel(check: Check) -> None:
        check("fork")

The same without pytest, on any CPython or PyPy from 3.9 on:

    python -m ipcbench.testing my_package:MyChannel --start-method spawn
"""

from __future__ import annotations

from ipcbench.probe.channels.contract import Channel, Endpoint, Traits
from ipcbench.probe.held import Held
from ipcbench.probe.payloads.contract import Payload
from ipcbench.probe.settings.contract import Setting
from ipcbench.probe.workloads.contract import Stamps, Trial, Workload
from ipcbench.probe.workloads.live import LiveWorkload
from ipcbench.testing.conformance import CHECKS, Check, checks_for
from ipcbench.testing.pair import ConformanceError

__all__ = [
    "CHECKS",
    "Channel",
    "Check",
    "ConformanceError",
    "Endpoint",
    "Held",
    "LiveWorkload",
    "Payload",
    "Setting",
    "Stamps",
    "Traits",
    "Trial",
    "Workload",
    "checks_for",
]
