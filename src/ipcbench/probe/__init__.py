"""The measured side: standard library only, importable by every CPython and PyPy from 3.9 on.

A launcher (one clean process of the target interpreter) forks probes. A probe is a driver process
and the two peers that exchange the messages; it measures one case, trial by trial, on demand.
"""

from ipcbench.probe.process import own_path

own_path.install()
