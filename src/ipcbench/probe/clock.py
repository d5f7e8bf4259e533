"""The one clock of every figure: monotonic, in nanoseconds, shared by the processes of a machine."""

from time import perf_counter_ns as now_ns

__all__ = ["now_ns"]
