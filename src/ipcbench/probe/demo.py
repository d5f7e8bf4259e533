"""The textbook program with its two processes saying what they do."""

from __future__ import annotations

import multiprocessing
import os
import random
from typing import Any

from ipcbench.probe.channels import load_channel
from ipcbench.probe.exchange import end_exchange, kept, start_exchange

DEADLINE_S = 20.0


def tell(what: str, value: Any) -> None:
    """Print what this process did, with its PID."""
    print(f"Value [{value}] {what} by PID [{os.getpid()}]", flush=True)


def run_demo(channel_name: str, start_method: str) -> None:
    """Hand one random integer from 1 to 10 from a producer to a consumer process."""
    context = multiprocessing.get_context(start_method)
    channel = load_channel(channel_name)(context, 1)
    with kept(channel):
        end_exchange(start_exchange(context, channel, random.randint(1, 10), tell), DEADLINE_S)
