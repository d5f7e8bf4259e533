"""Channels that end, print or change their process where they are imported, and leave processes behind."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.support.commands import COMMAND
from tests.support.processes import alive, wait_until

from ipcbench.exit_status import FINE, UNDECIDED
from ipcbench.launch.interpreter import find_interpreter
from ipcbench.launch.launcher import Launcher
from ipcbench.launch.spec import probe_spec
from ipcbench.plan.case import Case
from ipcbench.probe.protocol.spec import ProbeSpec
from ipcbench.record.run import read_run

CHANNEL = """
from ipcbench.probe.channels.stdlib.pipe import Pipe

class Channel(Pipe):
    pass
"""
#: What a module does when it is imported, the exit status of a run of it, and what is said.
AT_IMPORT = {
    "ends": ("import os; os._exit(3)", 2, "the launcher ended"),
    "exits": ("raise SystemExit(0)", 2, "cannot be imported: "),
    "interrupts": ("raise KeyboardInterrupt", 2, "hostile:Channel"),
    "is killed": ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", 2, "the launcher ended"),
    "prints": ("print('\\x1b[2J hello' * 1000)", 0, None),
    "closes its streams": ("import os; os.close(1); os.close(2)", 0, None),
    "goes elsewhere": ("import os; os.chdir('/')", 0, None),
    "ignores signals": ("import signal\nfor n in (1, 2, 15): signal.signal(n, signal.SIG_IGN)", 0, None),
    "sets an alarm": ("import signal; signal.alarm(1)", 0, None),
    "is deep": ("def f(): f()\nf()", 2, "cannot be imported: "),
}


@pytest.mark.parametrize("what", AT_IMPORT)
def test_a_module_that_does_what_none_may_at_its_import_ends_in_a_line_or_is_measured(
    what: str, tmp_path: Path
) -> None:
    code, status, said = AT_IMPORT[what]
    (tmp_path / "hostile.py").write_text(f"{code}\n{CHANNEL}")
    began_s = time.monotonic()
    words = ["run", "--channel", "hostile:Channel", "--size", "64", "--workload", "stream", "--max-time", "1"]
    done = subprocess.run(
        [sys.executable, "-c", "from ipcbench.cli import main; main()", *words, "--quiet"],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=90,
    )  # fmt: skip
    assert done.returncode == status, done.stderr
    assert "\x1b" not in done.stdout + done.stderr
    if said:
        assert said in done.stderr
        assert len(done.stderr.splitlines()) == 1
        assert done.stdout == ""
    else:
        (path,) = done.stdout.splitlines()
        run = read_run(tmp_path / path).ipcbench
        assert run
        assert ("\\u001b[2J hello" in "".join(run.output.values())) == (what == "prints")
    assert time.monotonic() - began_s < 60


@pytest.mark.parametrize("command", ["run --workload stream --max-time 0.1", "count", "explain --launches 1"])
def test_what_a_channel_prints_is_one_visible_line_below_the_figures(command: str, tmp_path: Path) -> None:
    (tmp_path / "talks.py").write_text(
        "from ipcbench.probe.channels.stdlib.pipe import Pipe\n"
        "class Channel(Pipe):\n"
        "    def sender(self):\n"
        "        print('\\x1b[2J first\\n::error::second', flush=True)\n"
        "        return super().sender()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", "from ipcbench.cli import main; main()", *command.split(),
         "--channel", "talks:Channel", "--size", "64"],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=90,
    )  # fmt: skip
    # An explanation of one launch may be refused on a busy machine, and shows what was written all the same.
    assert done.returncode in (FINE, UNDECIDED), done.stderr
    (line,) = (each for each in done.stdout.splitlines() if "what was measured wrote (Python" in each)
    assert "\\u001b[2J first" in line
    assert ": :error::second" in line


def spec_of(channel: str, launcher: Launcher, seed: int) -> ProbeSpec:
    """Return what a probe that streams 64 B through somebody's channel is told."""
    case = Case(
        channel=channel, workload="stream", payload_bytes=64,
        start_method="fork", placement="free", python="",
    )  # fmt: skip
    return probe_spec(case, launcher, seed)


def test_what_a_channel_prints_all_the_time_does_not_fill_the_disk(tmp_path: Path) -> None:
    (tmp_path / "chatty.py").write_text(
        CHANNEL.replace(
            "    pass",
            "    def sender(self):\n        print('first', 'x' * 10_000_000, flush=True)\n"
            "        return super().sender()",
        )
    )
    with Launcher(find_interpreter(None), [str(tmp_path)]) as launcher:
        (log,) = (path for path in Path(launcher._folder.name).iterdir() if path.name == "output")
        for seed in range(3):
            with launcher.ready(spec_of("chatty:Channel", launcher, seed), 20) as probe:
                probe.trial(3, 20)
            assert log.stat().st_size <= 1 << 20
        assert log.read_text().startswith("first xxx")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux gives orphans to who asks for them")
@pytest.mark.parametrize(
    "words",
    [
        "run --workload stream --max-time 0.1 --start-method fork --quiet",
        "run --workload stream --max-time 0.1 --start-method spawn --quiet",
        "tune --workload stream --max-time 0.1",
    ],
)
def test_a_process_that_left_session_and_environment_behind_ends_with_the_command(
    words: str, tmp_path: Path
) -> None:
    note = tmp_path / "processes"
    (tmp_path / "straying.py").write_text(
        "import subprocess\n"
        + CHANNEL.replace(
            "    pass",
            "    def sender(self):\n"
            "        subprocess.run(['setsid', '--fork', 'env', '-i', 'sh', '-c',\n"
            f"                        'echo $$ >> {note}; exec sleep 1000'])\n"
            "        return super().sender()",
        )
    )
    done = subprocess.run(
        [*COMMAND, *words.split(), "--channel", "straying:Channel", "--size", "64"],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=90,
    )  # fmt: skip
    # In so little time nothing is decided of what could be changed.
    assert done.returncode in (0, 3), done.stderr
    strays = list(map(int, note.read_text().split()))
    assert strays
    assert not alive(strays)


@pytest.mark.skipif(sys.platform != "linux", reason="looks through /proc")
def test_a_process_in_a_session_of_its_own_ends_with_the_launcher(tmp_path: Path) -> None:
    note = tmp_path / "process"
    (tmp_path / "straying.py").write_text(
        "import subprocess\n"
        + CHANNEL.replace(
            "    pass",
            "    def sender(self):\n"
            "        child = subprocess.Popen(['sleep', '1000'], start_new_session=True)\n"
            f"        open({str(note)!r}, 'w').write(str(child.pid))\n"
            "        return super().sender()",
        )
    )
    with Launcher(find_interpreter(None), [str(tmp_path)]) as launcher:
        with launcher.ready(spec_of("straying:Channel", launcher, 1), 20) as probe:
            probe.trial(3, 20)
        (stray,) = alive([int(note.read_text())])
    wait_until(lambda: not alive([stray]), 5)
