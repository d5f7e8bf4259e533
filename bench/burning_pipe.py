"""A Pipe whose sender does some work before each message: loops of Python code, as BURN_LOOPS says."""

from __future__ import annotations

import os
from typing import Any

from ipcbench.probe.channels.contract import Endpoint
from ipcbench.probe.channels.stdlib.pipe import Pipe


class BurningPipe(Pipe):
    """Both arms have the loop, so that only its length differs."""

    def sender(self) -> Endpoint:
        end, loops = super().sender(), range(int(os.environ.get("BURN_LOOPS", "0")))

        def send(message: Any) -> None:
            for _ in loops:
                pass
            end.send(message)

        return Endpoint(send=send, close=end.close)
