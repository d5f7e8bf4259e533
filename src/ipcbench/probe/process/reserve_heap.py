"""Imported before anything else in a probe's process: what is imported later leaves no trace in its heap."""

from ipcbench.probe.process.heap import reserve

reserve()
