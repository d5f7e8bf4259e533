"""What stands in for what a user does not say: nothing else outside the catalogues knows one by its name."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

CHANNELS = "pipe,duplex-pipe,queue"
WORKLOADS = "stream,ping-pong"
PAYLOAD = "bytes"

#: The channel whose time the others' are compared with, where it is asked for.
REFERENCE = "pipe"
#: The raw loop beside it, which charts draw apart from all others.
REFERENCE_LOOP = "os-pipe"
#: What is measured beside every case to see what the harness itself costs.
NULL = "null"

#: By coordinate, what a command takes where nothing is said; of the rest what all commands take.
AB: Mapping[str, str] = {"size": "64,64KiB,1MiB"}
COUNT: Mapping[str, str] = {
    "channel": "pipe,duplex-pipe,simple-queue,queue,joinable-queue",
    "workload": "stream",
    "size": "64,1KiB,16KiB,64KiB,1MiB",
}
TUNE: Mapping[str, str] = {"channel": "pipe", "workload": "stream", "size": "1MiB"}
RECOMMEND: Mapping[str, str] = {
    "channel": "pipe,duplex-pipe,simple-queue,queue,joinable-queue,bytes-pipe,bytes-duplex-pipe",
    "size": "64,64KiB,1MiB",
}
#: By what a channel is chosen for: the workload that answers.
#: In place of a channel's name: all that can be chosen here.
ALL = "all"
PRIORITIES: Mapping[str, str] = {"throughput": "stream", "latency": "ping-pong", "cpu": "stream"}
EXPLAIN: Mapping[str, str] = {"channel": "queue", "workload": "stream", "size": "1KiB"}
#: Of comparisons: slower by so much is a regression, and how often all of them together may err.
THRESHOLD, ALPHA = 0.05, 0.01
#: They err at least so often: no quantile is known of less.
LEAST_ALPHA = 1e-6
#: What a comparison may go on for, the usual first.
QUESTIONS = ("slower", "faster", "different")
#: Of explanations: messages a second, and launches.
RATE, LAUNCHES = "1000/s", 8
#: What tuning a channel at a size may take: with what a burst leaves in memory, after it, three minutes.
TUNE_TIME_S = 160.0
#: Where records are, unless the environment's variable says.
RESULTS, RESULTS_VARIABLE = "results", "IPCBENCH_RESULTS"
#: A workload that times single messages.
WORKLOAD_OF_PERCENTILES = "ping-pong"
#: The textbook's, the first of which `demo` shows unless told otherwise.
DEMO = ("pipe", "duplex-pipe", "queue")


def results_folder(named: str | None = None, beside: Path = Path()) -> Path:
    """Return the folder of records: as named, as the environment says, or below a folder."""
    return Path(named or os.environ.get(RESULTS_VARIABLE) or beside / RESULTS)
