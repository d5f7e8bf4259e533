"""Execute notebooks from a fresh kernel and store them with their pictures; `--check` stores nothing.

All of them, or those that are named: `run.py folklore`.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import nbformat
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient

FOLDER = Path(__file__).parent
#: So little is measured that all is run, and nothing decided.
SMALL = {
    "IPCBENCH_NOTEBOOK_SECONDS": "0.1",
    "IPCBENCH_NOTEBOOK_LAUNCHES": "1",
    "IPCBENCH_NOTEBOOK_TIMES": "40",
    "IPCBENCH_NOTEBOOK_VALUES": "1",
}
CELL_DEADLINE_S = 600


def execute(path: Path, before: str = "") -> nbformat.NotebookNode:
    """Return the executed notebook; raise nbclient's CellExecutionError where a cell fails.

    `before` is code that the kernel executes first, which is not part of the notebook.
    """
    notebook = nbformat.read(path, as_version=4)
    if before:
        notebook.cells.insert(0, nbformat.v4.new_code_cell(before))
    # The kernel listens on the loopback only, and takes what carries the random key of its connection file.
    manager = AsyncKernelManager(kernel_name="python3", ip="127.0.0.1")
    client = NotebookClient(
        notebook, km=manager, timeout=CELL_DEADLINE_S, resources={"metadata": {"path": str(FOLDER)}}
    )
    # nbclient leaves a manager that it was given to its owner, unless it is told to clean up.
    client.execute(cleanup_kc=True)
    if before:
        del notebook.cells[0]
    return notebook


def main() -> None:
    """Execute all notebooks, or those that are named, in the order of their names."""
    found = {path.stem: path for path in sorted(FOLDER.glob("*.ipynb"))}
    words = sys.argv[1:]
    check = "--check" in words
    named = [word for word in words if word != "--check"]
    if not set(named) <= set(found):
        sys.exit(f"run.py takes --check and names among {', '.join(found)}")
    if check:
        os.environ.update(SMALL)
    for path in [found[name] for name in named or found]:
        print(path.name, flush=True)
        notebook = execute(path)
        if not check:
            for cell in notebook.cells:
                cell.metadata.pop("execution", None)
            nbformat.write(notebook, path)


if __name__ == "__main__":
    main()
