"""How large is the page of a run, and how long does it take to write, and to be ready in a browser?

`ipcbench report` writes one run's page, then that of so many copies of it, each a minute later; Chromium
opens the first one and waits until its charts answer. Commands are new processes, as a user starts them.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from ipcbench.commands.find import find
from ipcbench.record.store import Store
from ipcbench.report.kinds import ALL


@click.command()
@click.argument("record", default="1")
@click.option("--copies", default=200, show_default=True)
@click.option("--opened", default=5, show_default=True, help="So often the page is opened.")
def main(record: str, copies: int, opened: int) -> None:
    """Write the page of RECORD, and of its copies; open the first."""
    stored = find(Store(Path("results")), record, ALL)
    with TemporaryDirectory() as folder:
        page = Path(folder, "one.html")
        seconds = _report(page, [str(stored)])
        print(f"{stored.name}: {seconds:.1f} s, {page.stat().st_size / 1e6:.2f} MB", flush=True)
        _tell_opened(page, opened)
        names = _copy(stored, Path(folder, "copies"), copies)
        many = Path(folder, "many.html")
        seconds = _report(many, names)
        print(f"{copies} copies: {seconds:.1f} s, {many.stat().st_size / 1e6:.2f} MB")


def _report(page: Path, records: list[str]) -> float:
    began_s = time.monotonic()
    subprocess.run(
        [sys.executable, "-m", "ipcbench", "report", *records, "-o", str(page)],
        check=True, timeout=300, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    return time.monotonic() - began_s


def _copy(stored: Path, folder: Path, copies: int) -> list[str]:
    """Return so many copies of a record, each measured a minute after the one before."""
    folder.mkdir()
    document = json.loads(stored.read_text(encoding="utf-8"))
    first, names = datetime.fromisoformat(document["datetime"]), []
    for number in range(1, copies + 1):
        when = first + timedelta(minutes=number)
        document["datetime"] = when.isoformat()
        path = folder / f"{number:04}_{when:%Y%m%dT%H%M%SZ}.json"
        path.write_text(json.dumps(document), encoding="utf-8")
        names.append(str(path))
    return names


def _tell_opened(page: Path, times: int) -> None:
    found = shutil.which("chromium") or shutil.which("google-chrome")
    if not found:
        print("no Chromium on the PATH: not opened")
        return
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, chromium_sandbox=False)
        took_s = []
        for _ in range(times):
            tab = browser.new_context(offline=True).new_page()
            began_s = time.monotonic()
            tab.goto(page.as_uri())
            tab.locator("html[data-ready=yes]").wait_for()
            took_s.append(time.monotonic() - began_s)
            tab.close()
        browser.close()
    print(f"ready in a browser: {min(took_s):.2f} to {max(took_s):.2f} s, {times} times")


if __name__ == "__main__":
    main()
