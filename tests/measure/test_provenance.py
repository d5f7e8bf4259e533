"""Which code an arm really ran: the answer comes from its processes, never from what a path would give."""

from __future__ import annotations

import compileall
import importlib.machinery
import math
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.commands import ipcbench
from tests.support.processes import alive, descendants
from tests.support.projects import CELL, CHANNEL, GROSS, git, repository, write_channel

from ipcbench.commands.ab import plan_ab
from ipcbench.measure.ab.ab import Ab, Outcome
from ipcbench.plan.arms import parse_arms
from ipcbench.record.comparison import read_comparison

#: What a build backend puts into an environment for an editable install: a finder before all others.
EDITABLE = """
import importlib.util
import sys


class EditableFinder:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name in {names!r}:
            return importlib.util.spec_from_file_location(name, {folder!r} + "/" + name + ".py")


sys.meta_path.insert(0, EditableFinder)
"""


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    # What commands are forked from stays for the next one.
    ipcbench("--version")
    before = descendants(os.getpid())
    yield
    assert not alive(list(set(descendants(os.getpid())) - set(before)))


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The installed copy of the channel, which this process may read its traits from."""
    folder = write_channel(tmp_path / "installed")
    monkeypatch.syspath_prepend(str(folder))
    return folder


def site(folder: Path, text: str) -> str:
    """Return the arm's part that runs this text in every interpreter that starts."""
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(text)
    return f"env:PYTHONPATH={folder}"


def compare(
    *arms: str, start_method: str = "fork", channel: str | None = CHANNEL, workload: str = "stream"
) -> Outcome:
    texts = {
        label: [*arm.split(), f"start-method={start_method}"] for label, arm in zip("ab", arms, strict=True)
    }
    cells = {"channel": channel, "workload": workload, "size": "64", "placement": "same"}
    asked = plan_ab(parse_arms(texts), cells, max_time_s=0, seed=1)
    # One launch: what differs here differs grossly.
    (found,) = Ab(asked).run()
    return found


@pytest.mark.parametrize("start_method", ["fork", "spawn", "forkserver"])
def test_a_path_is_what_is_measured_though_the_package_is_also_installed_editable(
    tmp_path: Path, installed: Path, start_method: str
) -> None:
    everywhere = site(tmp_path / "site", EDITABLE.format(names=["mychannel"], folder=str(installed)))
    write_channel(tmp_path / "old")
    write_channel(tmp_path / "new", burn=GROSS)
    found = compare(
        f"path={tmp_path / 'old'} {everywhere}",
        f"path={tmp_path / 'new'} {everywhere}",
        start_method=start_method,
    )
    assert found.failure is None
    assert found.logs[0] > math.log(2)


#: A channel whose messages go through a process that it starts for itself.
SERVED = """
import multiprocessing
from ipcbench.probe.channels.contract import Channel, Endpoint, Traits
import work


class Mine(Channel):
    traits = Traits(transport="pipe", duplex=False, carries="bytes", copies=4, wait="read")

    def __init__(self, context, message_bytes):
        taken, self.into = context.Pipe(duplex=False)
        self.out_of, given = context.Pipe(duplex=False)
        start = multiprocessing.get_context("spawn").Process
        self.server = start(target=work.serve, args=(taken, given), daemon=True)
        self.server.start()
        taken.close()
        given.close()

    def __getstate__(self):
        return {"into": self.into, "out_of": self.out_of}

    def sender(self):
        self.out_of.close()
        return Endpoint(send=self.into.send_bytes, close=self.into.close)

    def receiver(self):
        self.into.close()
        return Endpoint(receive=self.out_of.recv_bytes, close=self.out_of.close)

    def close(self):
        self.into.close()
        self.out_of.close()

    def remove(self):
        self.server.terminate()
        self.server.join()
"""
SERVER = """
def serve(taken, given):
    while True:
        try:
            message = taken.recv_bytes()
        except EOFError:
            return
        for _ in range({loops}):
            pass
        given.send_bytes(message)
"""


def test_a_process_that_a_channel_starts_for_itself_runs_the_arms_code_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, loops in (("installed", "0"), ("old", "0"), ("new", GROSS)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "mychannel.py").write_text(SERVED)
        (tmp_path / name / "work.py").write_text(SERVER.format(loops=loops))
    monkeypatch.syspath_prepend(str(tmp_path / "installed"))
    text = EDITABLE.format(names=["mychannel", "work"], folder=str(tmp_path / "installed"))
    everywhere = site(tmp_path / "site", text)
    found = compare(f"path={tmp_path / 'old'} {everywhere}", f"path={tmp_path / 'new'} {everywhere}")
    assert found.failure is None
    assert found.logs[0] > math.log(2)


PAYLOAD = """
from ipcbench.testing import Payload


class Numbers(Payload):
    summary = "numbers"

    @classmethod
    def make(cls, size, seed):
        return list(range(seed, seed + size // {bytes_each}))

    @classmethod
    def touch(cls, message, every):
        for number in message[::every]:
            hash(number)
"""


@pytest.mark.parametrize("channel", ["pipe", CHANNEL])
def test_a_payload_of_ones_own_is_each_arms_own_with_any_channel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, channel: str
) -> None:
    for name, bytes_each in (("old", 4096), ("new", 8)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "mypayload.py").write_text(PAYLOAD.format(bytes_each=bytes_each))
    # The channel is the same in both arms: neither has one.
    monkeypatch.syspath_prepend(str(write_channel(tmp_path / "installed")))
    texts = {label: [f"path={tmp_path / name}"] for label, name in (("a", "old"), ("b", "new"))}
    cells = {
        "channel": channel, "workload": "stream", "size": "64KiB", "placement": "same",
        "payload": "mypayload:Numbers",
    }  # fmt: skip
    (found,) = Ab(plan_ab(parse_arms(texts), cells, max_time_s=0, seed=1)).run()
    assert found.failure is None
    assert found.logs[0] > math.log(2)


def test_the_record_has_the_versions_of_what_was_measured(tmp_path: Path) -> None:
    for name, version in (("old", "1.5"), ("new", "2.0")):
        write_channel(tmp_path / name)
        text = (tmp_path / name / "mychannel.py").read_text()
        stated = f'__version__ = "{version}"\n' if name == "old" else ""
        (tmp_path / name / "mychannel.py").write_text(stated + text)
        (tmp_path / name / f"mychannel-{version}.dist-info").mkdir()
    arms = (f"--a path={tmp_path / 'old'} --b path={tmp_path / 'new'}").split()
    words = f"ab --channel {CHANNEL} --size 64 --workload stream --placement same --max-time 0.1 --results"
    ipcbench(words, str(tmp_path / "results"), *arms)
    record = read_comparison(next((tmp_path / "results").glob("*.json"))).ipcbench
    versions = [arm.modules["mychannel"].version for arm in record.arms]
    assert versions == ["1.5", "2.0"]


def test_code_elsewhere_in_the_repository_that_is_no_revisions_own_is_an_error(tmp_path: Path) -> None:
    here = tmp_path / "project"
    write_channel(here / "a" / "src")
    text = (here / "a" / "src" / "mychannel.py").read_text()
    (here / "a" / "src" / "mychannel.py").write_text(f"import second\n{text}")
    (here / "b" / "src" / "second").mkdir(parents=True)
    (here / "b" / "src" / "second" / "__init__.py").write_text("")
    git(here, "init", "--quiet")
    git(here, "add", ".")
    git(here, "commit", "--quiet", "-m", "both")
    words = f"ab --git HEAD --channel {CHANNEL} --size 64 --workload stream --placement same --max-time 0.1"
    done = ipcbench(words, cwd=here / "a", pythonpath=[here / "b" / "src"])
    assert done.returncode == 4
    second = here / "b" / "src" / "second" / "__init__.py"
    assert f"second was imported from {second}, not from the arm's path" in done.stdout


@pytest.mark.parametrize("start_method", ["fork", "spawn"])
def test_code_that_was_imported_before_any_path_could_say_otherwise_is_an_error(
    tmp_path: Path, installed: Path, start_method: str
) -> None:
    text = EDITABLE.format(names=["helper"], folder=str(installed)) + "import helper\n"
    everywhere = site(tmp_path / "site", text)
    for name in ("installed", "old", "new"):
        folder = write_channel(tmp_path / name)
        (folder / "helper.py").write_text("SIZE = 1\n")
        text = (folder / "mychannel.py").read_text()
        (folder / "mychannel.py").write_text(f"import helper\n{text}")
    found = compare(
        f"path={tmp_path / 'old'} {everywhere}",
        f"path={tmp_path / 'new'} {everywhere}",
        start_method=start_method,
    )
    assert found.failure
    assert f"helper was imported from {installed / 'helper.py'}, not from the arm's path" in found.failure


def test_a_tree_of_compiled_files_only_is_measured(tmp_path: Path, installed: Path) -> None:
    everywhere = site(tmp_path / "site", EDITABLE.format(names=["mychannel"], folder=str(installed)))
    for name in ("old", "new"):
        folder = write_channel(tmp_path / name, burn=GROSS if name == "new" else "0")
        assert compileall.compile_dir(folder, quiet=1, legacy=True)
        (folder / "mychannel.py").unlink()
    found = compare(f"path={tmp_path / 'old'} {everywhere}", f"path={tmp_path / 'new'} {everywhere}")
    assert found.failure is None
    assert found.logs[0] > math.log(2)


def test_a_hook_that_finds_other_files_in_the_arms_folders_is_an_error(
    tmp_path: Path, installed: Path
) -> None:
    hook = f"""
import sys
from importlib.machinery import FileFinder, SourceFileLoader


def elsewhere(path):
    if not path.startswith({str(tmp_path)!r}):
        raise ImportError(path)
    return FileFinder({str(installed)!r}, (SourceFileLoader, [".py"]))


sys.path_hooks.insert(0, elsewhere)
"""
    everywhere = site(tmp_path / "site", hook)
    arms = [f"path={write_channel(tmp_path / name)} {everywhere}" for name in ("old", "new")]
    found = compare(*arms)
    assert found.failure
    assert f"mychannel was imported from {installed / 'mychannel.py'}" in found.failure


EXTENSION = importlib.machinery.PathFinder.find_spec("xxlimited")


@pytest.mark.skipif(EXTENSION is None, reason="this build has no extension that could be copied")
@pytest.mark.parametrize("ours", ["built", "source"])
def test_a_compiled_extension_from_elsewhere_is_named(tmp_path: Path, installed: Path, ours: str) -> None:
    """Installed and imported first; the arms have one of their own, or only what it is built from."""
    assert EXTENSION is not None
    assert EXTENSION.origin is not None
    built = shutil.copy(EXTENSION.origin, installed)
    first = f"""
import importlib.util
import sys

spec = importlib.util.spec_from_file_location("xxlimited", {built!r})
sys.modules["xxlimited"] = importlib.util.module_from_spec(spec)
"""
    everywhere = site(tmp_path / "site", first)
    for name in ("old", "new"):
        folder = write_channel(tmp_path / name)
        (folder / (Path(built).name if ours == "built" else "xxlimited.c")).write_bytes(b"")
        text = (folder / "mychannel.py").read_text()
        (folder / "mychannel.py").write_text(f"import xxlimited\n{text}")
    found = compare(f"path={tmp_path / 'old'} {everywhere}", f"path={tmp_path / 'new'} {everywhere}")
    assert found.failure
    assert f"xxlimited was imported from {built}, not from the arm's path" in found.failure


@pytest.mark.skipif(EXTENSION is None, reason="this build has no extension that could be copied")
@pytest.mark.parametrize("package", ["mychannel", "another"])
def test_an_extension_that_was_installed_with_the_arms_package_is_named(tmp_path: Path, package: str) -> None:
    """The arms have no file of its name: only what was installed says whose it is."""
    assert EXTENSION is not None
    assert EXTENSION.origin is not None
    folder = tmp_path / "site"
    everywhere = site(folder, "")
    built = shutil.copy(EXTENSION.origin, folder)
    (folder / "dist-1.0.dist-info").mkdir()
    files = [f"{package}.py", Path(built).name, "dist-1.0.dist-info/RECORD"]
    (folder / "dist-1.0.dist-info" / "RECORD").write_text("".join(f"{file},,\n" for file in files))
    for name in ("old", "new"):
        arm = write_channel(tmp_path / name)
        text = (arm / "mychannel.py").read_text()
        (arm / "mychannel.py").write_text(f"import xxlimited\n{text}")
    found = compare(f"path={tmp_path / 'old'} {everywhere}", f"path={tmp_path / 'new'} {everywhere}")
    if package == "another":
        assert found.failure is None
    else:
        assert found.failure
        assert f"xxlimited was imported from {built}, not from the arm's path" in found.failure


def test_a_second_package_of_the_arm_that_came_from_elsewhere_is_named(
    tmp_path: Path, installed: Path
) -> None:
    for folder in (installed, tmp_path / "old", tmp_path / "new"):
        write_channel(folder)
        (folder / "second").mkdir()
        (folder / "second" / "__init__.py").write_text("")
        (folder / "second" / "part.py").write_text("")
        text = (folder / "mychannel.py").read_text()
        (folder / "mychannel.py").write_text(f"import second.part\n{text}")
    first = f"import sys\nsys.path.insert(0, {str(installed)!r})\nimport second.part\nsys.path.pop(0)\n"
    everywhere = site(tmp_path / "site", first)
    found = compare(f"path={tmp_path / 'old'} {everywhere}", f"path={tmp_path / 'new'} {everywhere}")
    assert found.failure
    assert f"second was imported from {installed / 'second' / '__init__.py'}" in found.failure


@pytest.mark.parametrize("workload", ["handoff", "first-put", "close:1"])
def test_the_ends_of_a_message_that_has_a_life_of_its_own_say_what_they_ran(
    tmp_path: Path, installed: Path, workload: str
) -> None:
    """What only they import: the process that starts them is not asked."""
    arms = reach_past_every_finder(tmp_path, installed, "end, loops")
    found = compare(*arms, workload=workload)
    assert found.failure
    assert f"helper was imported from {installed / 'helper.py'}" in found.failure


def test_a_channel_in_a_namespace_package_is_the_arms_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("installed", "old", "new"):
        write_channel(tmp_path / name / "space", burn=GROSS if name == "new" else "0")
    monkeypatch.syspath_prepend(str(tmp_path / "installed"))
    everywhere = f"env:PYTHONPATH={tmp_path / 'installed'}"
    found = compare(
        f"path={tmp_path / 'old'} {everywhere}",
        f"path={tmp_path / 'new'} {everywhere}",
        channel="space.mychannel:Mine",
    )
    assert found.failure is None
    assert found.logs[0] > math.log(2)


def test_a_path_without_the_channel_is_an_error_though_an_installed_copy_would_do(
    tmp_path: Path, installed: Path
) -> None:
    write_channel(tmp_path / "old")
    (tmp_path / "empty").mkdir()
    everywhere = f"env:PYTHONPATH={installed}"
    found = compare(f"path={tmp_path / 'old'} {everywhere}", f"path={tmp_path / 'empty'} {everywhere}")
    assert found.failure
    assert f"mychannel was imported from {installed / 'mychannel.py'}" in found.failure


def test_what_is_installed_below_the_arms_folder_is_not_the_arms_own(tmp_path: Path) -> None:
    """As with `--a path=.` in a project that has an environment in its folder, and its code in `src`."""
    for name in ("old", "new"):
        write_channel(tmp_path / name / ".venv" / "lib" / "site-packages")
    places = {name: tmp_path / name / ".venv" / "lib" / "site-packages" for name in ("old", "new")}
    found = compare(*(f"path={tmp_path / name} env:PYTHONPATH={place}" for name, place in places.items()))
    assert found.failure
    assert f"mychannel was imported from {places['old'] / 'mychannel.py'}" in found.failure


def test_code_that_tells_no_file_is_nobodys(tmp_path: Path, installed: Path) -> None:
    everywhere = site(tmp_path / "site", IN_MEMORY.format(file=str(installed / "mychannel.py")))
    for name in ("old", "new"):
        write_channel(tmp_path / name)
    found = compare(*(f"path={tmp_path / name} {everywhere}" for name in ("old", "new")))
    assert found.failure
    assert "mychannel was imported from no file" in found.failure


#: A finder of a bundle, as of one executable file: it knows no files.
IN_MEMORY = """
import importlib.util
import sys


class Loader:
    def create_module(self, spec):
        return None

    def exec_module(self, module):
        exec(compile(open({file!r}).read(), "bundle", "exec"), module.__dict__)


module = importlib.util.module_from_spec(importlib.util.spec_from_loader("mychannel", Loader()))
sys.modules["mychannel"] = module
module.__spec__.loader.exec_module(module)
"""


def reach_past_every_finder(tmp_path: Path, installed: Path, before: str) -> list[str]:
    """Return two arms whose channel imports the installed helper right before this line of its own."""
    reaching = (
        "import importlib.util, sys\n"
        f"spec = importlib.util.spec_from_file_location('helper', {str(installed / 'helper.py')!r})\n"
        "class Late:\n"
        "    def find_spec(name, path=None, target=None):\n"
        "        return spec if name == 'helper' else None\n"
    )
    late = "import sys; sys.meta_path.insert(0, Late); import importlib; importlib.import_module('helper'); "
    for name in ("installed", "old", "new"):
        folder = write_channel(tmp_path / name)
        (folder / "helper.py").write_text("SIZE = 1\n")
        text = (folder / "mychannel.py").read_text()
        (folder / "mychannel.py").write_text(reaching + text.replace(f" {before}", f" {late}{before}"))
    return [f"path={tmp_path / name}" for name in ("old", "new")]


def test_what_is_imported_with_the_first_message_is_looked_at_too(tmp_path: Path, installed: Path) -> None:
    found = compare(*reach_past_every_finder(tmp_path, installed, "end.send"))
    assert found.failure
    assert f"helper was imported from {installed / 'helper.py'}" in found.failure


def test_revisions_are_what_is_measured_though_the_package_is_also_installed_editable(
    tmp_path: Path, installed: Path
) -> None:
    everywhere = site(tmp_path / "site", EDITABLE.format(names=["mychannel"], folder=str(installed)))
    here = tmp_path / "here"
    repository(here, ["0", GROSS])
    setting = everywhere.removeprefix("env:")
    words = f"ab --git HEAD~1..HEAD --channel {CHANNEL} {CELL}"
    done = ipcbench(f"{words} --setting env:{setting} --results results", cwd=here)
    assert done.returncode == 1, done.stderr
    (stored,) = (here / "results").glob("*.json")
    arms = read_comparison(stored).ipcbench.arms
    files = [arm.modules["mychannel"].file for arm in arms]
    assert len(set(files)) == 2
    assert all(str(file).endswith("src/mychannel.py") for file in files)
