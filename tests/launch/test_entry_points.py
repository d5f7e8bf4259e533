"""Whether anybody announces anything is found without reading all that is installed."""

import sys
import zipfile
from importlib.metadata import distributions
from pathlib import Path

import pytest

from ipcbench.launch.entry_points import announces, entry_points

GROUP = "nobody_else."


def test_a_group_that_no_package_has_is_not_announced() -> None:
    assert not announces(GROUP)


@pytest.mark.parametrize("ending", ["dist-info", "egg-info"])
def test_a_group_of_an_installed_package_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    installed = tmp_path / f"somebody-1.0.{ending}"
    installed.mkdir()
    (installed / "entry_points.txt").write_text(f"[console_scripts]\na = b:c\n\n[{GROUP}things]\none = a:B\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert announces(GROUP)
    assert ("one", "a:B") in [(each.name, each.value) for each in entry_points()]


def test_what_is_not_installed_in_a_folder_is_left_to_the_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = tmp_path / "packages.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("somebody-1.0.dist-info/entry_points.txt", f"[{GROUP}things]\none = a:B\n")
    monkeypatch.syspath_prepend(str(archive))
    assert announces(GROUP)


def test_a_finder_of_another_kind_is_left_to_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    class Finder:
        def find_distributions(self, _context: object) -> list[object]:
            return []

        def find_spec(self, *_asked: object) -> None:
            return None

    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, Finder()])
    assert announces(GROUP)


def test_whatever_is_installed_here_is_found_by_both() -> None:
    groups = {point.group for each in distributions() for point in each.entry_points}
    assert groups
    assert all(announces(group) for group in groups)
