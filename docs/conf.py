"""How the documentation is built: `make docs`."""

from __future__ import annotations

from importlib.metadata import version as version_of

project = "ipcbench"
copyright = "the authors of ipcbench"
version = release = version_of("ipcbench")
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx_click"]
smartquotes = False
html_theme = "furo"
html_title = "ipcbench"
myst_heading_anchors = 3
suppress_warnings = [
    # Links to files of the repository, which are no pages.
    "myst.xref_missing",
]
exclude_patterns = ["_build"]
autodoc_member_order = "bysource"
autodoc_typehints = "description"
nitpicky = True
nitpick_ignore_regex = [
    # Types of the standard library and of others, whose own documentation nothing here is linked to.
    (r"py:.*", r"(?!ipcbench\.).*"),
    # What a signature names of our insides, which have no page.
    (r"py:.*", r"ipcbench\.(record|report|analysis|plan|statistics|probe|launch|commands)\..*"),
]
