"""Conformance without pytest: `python -m ipcbench.testing package.module:Class --start-method fork`."""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
import traceback

from ipcbench.errors import UsageError
from ipcbench.exit_status import FAILED, FINE, REGRESSED
from ipcbench.probe.channels import load_channel
from ipcbench.probe.channels.contract import Channel
from ipcbench.probe.loading import import_class
from ipcbench.probe.payloads import PAYLOADS, load_payload
from ipcbench.probe.payloads.contract import Payload
from ipcbench.probe.settings import SETTINGS, setting_named
from ipcbench.probe.settings.contract import Setting
from ipcbench.probe.workloads import WORKLOADS, load_workload
from ipcbench.probe.workloads.contract import Workload
from ipcbench.streams import Visible
from ipcbench.testing import remains
from ipcbench.testing.conformance import checks_for
from ipcbench.testing.pair import ConformanceError

KINDS = "channel, workload, payload or setting"


def _load(name: str) -> type[Channel] | type[Workload] | type[Payload] | type[Setting]:
    if name in WORKLOADS:
        return load_workload(name)
    if name in PAYLOADS:
        return load_payload(name)
    if name.partition(":")[0] in SETTINGS:
        return setting_named(name)
    if ":" not in name:
        return load_channel(name)
    found: type[Channel] | type[Workload] | type[Payload] | type[Setting] = import_class(
        KINDS, name, name, Channel, Workload, Payload, Setting
    )
    return found


def main() -> int:
    """Run every check that applies, one line each.

    Returns 0 if all passed, 1 if not, 2 for a wrong call, 4 where the fault is the kit's own; whoever reads.
    """
    sys.stdout, sys.stderr = Visible(sys.stdout), Visible(sys.stderr)
    try:
        return _check_all()
    except Exception:
        traceback.print_exc()
        return FAILED


def _check_all() -> int:
    methods = multiprocessing.get_all_start_methods()
    parser = argparse.ArgumentParser(prog="python -m ipcbench.testing", description=__doc__)
    parser.add_argument("subject", help=f"a {KINDS}: package.module:Class, or a catalogue's name")
    parser.add_argument("--start-method", choices=methods, default=methods[0])
    asked = parser.parse_args()
    try:
        subject = _load(asked.subject)
        checks = checks_for(subject)
        if issubclass(subject, Channel) and (lacks := subject.missing()):
            raise UsageError(f"{asked.subject}: {lacks}")
        for check in checks[:1]:
            check.require(asked.start_method)
    except UsageError as error:
        print(error, file=sys.stderr)
        return error.exit_status
    passed = 0
    for check in checks:
        start_s = time.perf_counter()
        try:
            check(asked.start_method)
            passed, verdict = passed + 1, "passed"
        except ConformanceError as error:
            verdict = f"FAILED: {error}"
        print(f"{check!s:<20} {time.perf_counter() - start_s:6.2f} s  {verdict}", flush=True)
    if issubclass(subject, Channel) and (unseen := remains.unseen(subject)):
        print(unseen)
    print(f"{asked.subject} under {asked.start_method}: {passed} of {len(checks)} checks passed")
    return FINE if passed == len(checks) else REGRESSED


if __name__ == "__main__":
    sys.exit(main())
