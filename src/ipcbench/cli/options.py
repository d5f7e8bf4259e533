"""Options that several commands share."""

from __future__ import annotations

import click

results_option = click.option(
    "--results", metavar="DIR", default="results", help="The folder of stored runs.  [results]"
)
