"""Options that several commands share, and what they mean."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ipcbench.cli.completion import values_of
from ipcbench.errors import IpcbenchError, UsageError
from ipcbench.plan.coordinates import BY_NAME
from ipcbench.plan.defaults import ALL, ALPHA, QUESTIONS, RESULTS, RESULTS_VARIABLE, THRESHOLD
from ipcbench.plan.units import is_share, parse_precision
from ipcbench.report.formats import FORMATS

if TYPE_CHECKING:
    from ipcbench.report.verdicts import Comparisons

Command = TypeVar("Command", bound=Callable[..., Any])

results_option = click.option(
    "--results",
    metavar="DIR",
    envvar=RESULTS_VARIABLE,
    default=RESULTS,
    help=f"The folder of records.  [${RESULTS_VARIABLE}, else {RESULTS}]",
)


def coordinate_options(
    *names: str, defaults: Mapping[str, str] | None = None, usually: Mapping[str, str] | None = None
) -> Callable[[Command], Command]:
    """Give a command the options of these coordinates (of all without any), which it takes by their names.

    `defaults` are the command's own; `usually` is what help says where the command decides later.
    """
    own, said = defaults or {}, usually or {}

    def add(command: Command) -> Command:
        for each in reversed([BY_NAME[name] for name in names or BY_NAME]):
            shown = said.get(each.name) or own.get(each.name) or each.default or each.usually
            said_of_it = f"{each.help}  [{shown}]"
            if each.repeats:
                option = click.option(
                    each.option,
                    metavar="NAME=LIST",
                    multiple=True,
                    callback=_none_if_empty,
                    help=said_of_it,
                    shell_complete=values_of(each),
                )
            else:
                option = click.option(
                    each.option,
                    metavar="LIST",
                    default=own.get(each.name),
                    help=said_of_it,
                    shell_complete=values_of(each),
                )
            command = option(command)
        return command

    return add


def _none_if_empty(_context: click.Context, _option: click.Parameter, given: tuple[str, ...]) -> Any:
    return given or None


threshold_option = click.option(
    "--threshold",
    default=f"{THRESHOLD:.0%}",
    metavar="SHARE",
    help=f"Changed by so much counts: slower is a regression.  [{THRESHOLD:.0%}]",
)
alpha_option = click.option(
    "--alpha",
    default=f"{ALPHA:.0%}",
    metavar="SHARE",
    help=f"How often the whole may err.  [{ALPHA:.0%}]",
)

question_option = click.option(
    "--question",
    type=click.Choice(QUESTIONS),
    default=QUESTIONS[0],
    help=f"What it goes on for: until that is shown, or excluded.  [{QUESTIONS[0]}]",
)


def _format_option(*names: str) -> Callable[[Command], Command]:
    return click.option("--format", "style", type=click.Choice(names), default="text", help="[text]")


verdict_format_option, format_option = _format_option(*FORMATS), _format_option("text", "json")
seed_option = click.option(
    "--seed", metavar="N", type=click.IntRange(min=0), help="Repeats plan, order and data.  [random]"
)
chart_option = click.option("--chart", metavar="FILE", help="Draw it there as well, as SVG and PNG.")
output_option = click.option(
    "-o", "--output", metavar="FILE", type=click.Path(dir_okay=False), help="Write it there instead."
)


def parse_share(what: str, text: str) -> float:
    """Return a share as `5%` or `0.05` as a number; raise UsageError for anything else."""
    try:
        share = parse_precision(text)
    except UsageError:
        share = 1.0
    if not is_share(share):
        raise UsageError(f"{what} {text!r} is not understood; accepted: a share below 100%, like 5% or 0.05")
    return share


#: Of disks; Windows has no quotas of this kind.
FULL = {getattr(errno, name, None) for name in ("ENOSPC", "EFBIG", "EDQUOT", "EIO")}


@contextmanager
def writing(what: str, accepted: str) -> Iterator[None]:
    """Raise UsageError, with what is accepted, where a file or a folder cannot be written.

    A disk that is full is nobody's wrong usage: IpcbenchError.
    """
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise IpcbenchError(f"{what}: {error.strerror}") from error
        raise UsageError(f"{what}: {error.strerror}; accepted: {accepted}") from error


def draw_chart(stored: Path, chart: str) -> None:
    """Draw a stored record as SVG and PNG; where that cannot be, say so: what was measured is not lost."""
    from ipcbench.report.kinds import draw

    base = Path(chart).with_suffix("") if Path(chart).suffix in (".svg", ".png") else Path(chart)
    try:
        for path in draw(stored, base.parent, base.name):
            click.echo(str(path), err=True)
    except OSError as error:
        click.echo(f"ipcbench: chart {chart!r}: {error.strerror}", err=True)


def write_page(stored: Path, page: str | None) -> None:
    """Write a stored record's page, if one is wanted; where that cannot be, say so: nothing is lost."""
    if page is None:
        return
    from ipcbench.commands.report import report
    from ipcbench.record.store import Store

    try:
        write_out(report(Store(stored.parent), [str(stored)]), page)
    except UsageError as error:
        click.echo(f"ipcbench: {error}", err=True)


def write_file(path: Path, text: str) -> None:
    """Write a file whole, its folder too where there is none; raise UsageError where that cannot be."""
    from ipcbench.record.writing import write_whole

    with writing(f"file {str(path)!r}", "a file in a writable folder"):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, text.encode())


def write_out(text: str, output: str | None) -> None:
    """Print a text, or write it whole to a file; raise UsageError where that cannot be."""
    if output is None:
        click.echo(text)
        return
    from ipcbench.record.writing import write_whole

    with writing(f"output {output!r}", "a file that can be written"):
        write_whole(Path(output), (text + "\n").encode())


def write_measured(text: str, output: str | None) -> None:
    """Write out what was measured; where that cannot be, say so and print it: it is not lost."""
    try:
        write_out(text, output)
    except UsageError as error:
        click.echo(f"ipcbench: {error}", err=True)
        click.echo(text)


def prepare_output(output: str | None) -> None:
    """Make sure before anything is measured that a file can be written; raise UsageError if not."""
    from ipcbench.record.writing import require_writable

    if output is None:
        return
    folder = Path(output).absolute().parent
    try:
        require_writable(folder)
    except OSError as error:
        raise UsageError(f"output {output!r}: {str(folder)!r} is no folder that can be written to") from error


def tell_passes(passes: int, still_open: int, seconds: float) -> None:
    """Say how far a comparison has come."""
    click.echo(f"pass {passes}: {still_open} undecided after {seconds:.0f} s", err=True)


def print_verdicts(comparisons: Comparisons, style: str, output: str | None) -> int:
    """Write verdicts in a format; return their exit status, which nothing on the way out may change."""
    write_measured(FORMATS[style](comparisons), output)
    return comparisons.exit_status


def tell_left_out(left_out: Mapping[str, str]) -> None:
    """Say, once for each reason, why something that was asked for is not measured."""
    for why in dict.fromkeys(left_out.values()):
        click.echo(f"ipcbench: left out: {why}", err=True)


def tell_failures(failures: Mapping[str, str]) -> None:
    """Say on standard error why cases failed."""
    for why in failures.values():
        click.echo(f"ipcbench: failed: {why}", err=True)


def lacks(left_out: Mapping[str, str], asked: Mapping[str, object]) -> bool:
    """Whether anything is left out that was asked for by its name.

    Of all that there is, some channels carry no large message, or wait for no answer.
    """
    return bool(left_out) and asked["channel"] != ALL
