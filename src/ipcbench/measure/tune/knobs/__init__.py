"""What can be tried, in this order: one class each, one line here."""

from __future__ import annotations

from ipcbench.measure.tune.knobs import allocators, buffers, calls, memory, scheduling
from ipcbench.measure.tune.knobs.contract import Knob

_ALL: tuple[type[Knob], ...] = (
    memory.Malloc,
    buffers.LargerPipe,
    buffers.LargerSocket,
    buffers.LargerReads,
    calls.SendBytes,
    calls.Readv,
    calls.OutOfBand,
    calls.PlainPickle,
    calls.InBatches,
    scheduling.ShorterTurns,
    scheduling.OneCore,
    memory.FreeOnce,
    memory.TopPad,
    memory.HugePages,
    memory.TrimAlone,
    memory.MmapAlone,
    memory.DebugMalloc,
    allocators.Tcmalloc,
    allocators.Jemalloc,
    allocators.Mimalloc,
    calls.Spin,
    scheduling.Fifo,
    scheduling.Nice,
    scheduling.BatchPolicy,
    scheduling.FewerCollections,
)
KNOBS: dict[str, Knob] = {each.name: each() for each in _ALL}
