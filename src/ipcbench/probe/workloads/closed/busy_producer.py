"""One message, then the producer runs Python code: whoever else needs its GIL has to wait for it."""

from __future__ import annotations

import re
import sys
from typing import Any, ClassVar

from ipcbench.probe.channels.contract import Endpoint
from ipcbench.probe.held import Held
from ipcbench.probe.workloads.closed.from_rest import FromRest, work
from ipcbench.probe.workloads.contract import Stamps

#: The parameter that leaves the switch interval to `--setting`.
AS_SET = "as-set"
_MILLISECONDS = re.compile(r"\d{1,4}(\.\d{1,3})?ms")


class BusyProducer(FromRest):
    """A message, then Python code that wants the GIL the feeder waits for."""

    unit = "message"
    summary = "one message, then the producer runs Python code; swept over sys.setswitchinterval"
    parameter_name = "switch interval"
    sweep = ("5ms", "1ms", "0.5ms", "0.1ms")
    accepted = f"a switch interval from 0.001ms to 9999ms, as in busy-producer:5ms, or busy-producer:{AS_SET}"
    computes = True
    sets: ClassVar[tuple[str, ...]] = ("switch-interval",)
    wait = staticmethod(work)

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        if cls.parameter == AS_SET:
            cls.sets = ()

    @classmethod
    def takes(cls, parameter: str) -> bool:
        """Whether this is a switch interval in ms, or what leaves it as it is set."""
        if parameter == AS_SET:
            return True
        return bool(_MILLISECONDS.fullmatch(parameter)) and float(parameter[:-2]) > 0

    @classmethod
    def drive(cls, end: Endpoint, payload: Any, messages: int, held: Held) -> Stamps:
        """Send and compute, with the switch interval of the parameter."""
        if not cls.sets:
            return super().drive(end, payload, messages, held)
        usual_s = sys.getswitchinterval()
        sys.setswitchinterval(float(cls.parameter[:-2]) / 1e3)
        try:
            return super().drive(end, payload, messages, held)
        finally:
            sys.setswitchinterval(usual_s)
