"""The command `ipcbench`. Each command's module is imported when it is called: `--help` stays light."""

from __future__ import annotations

import _thread
import atexit
import errno
import gc
import importlib
import os
import signal
import sys
import threading
from typing import Any

import click

from ipcbench.errors import IpcbenchError, with_notes
from ipcbench.exit_status import FAILED, OF_BISECT, USAGE
from ipcbench.machine.limits import check_address_space
from ipcbench.streams import PATIENCE_S, Visible

#: By what they are for: name -> where its click command is, and its line in `ipcbench --help`.
SECTIONS = {
    "Measure": {
        "run": ("ipcbench.cli.run:run", "Measure channels and store the run."),
        "explain": ("ipcbench.cli.explain:explain", "Take the way of a message apart, stage by stage."),
        "count": ("ipcbench.cli.count:count", "Count what one message takes from the kernel."),
    },
    "Compare": {
        "ab": ("ipcbench.cli.ab:ab", "Compare two arms live: slower or not, with a known error rate."),
        "compare": (
            "ipcbench.cli.compare:compare",
            "Compare two stored runs; say what they cannot decide.",
        ),
        "recommend": (
            "ipcbench.cli.recommend:recommend",
            "Say which channel to choose on this machine.",
        ),
        "tune": ("ipcbench.cli.tune:tune", "Say what to change so that messages get faster."),
        "history": ("ipcbench.cli.history:history", "Say after which stored run a figure changed."),
    },
    "Look": {
        "show": (
            "ipcbench.cli.show:show",
            "Print any stored record: tables, verdicts, stages, counts.",
        ),
        "plot": ("ipcbench.cli.plot:plot", "Draw the charts of stored records."),
        "report": ("ipcbench.cli.report:report", "Write stored records as one page to look at."),
        "list": (
            "ipcbench.cli.listing:list_all",
            "List channels, workloads, payloads, settings and records.",
        ),
        "export": ("ipcbench.cli.export:export", "Write records for other tools: CSV, pyperf, Perfetto."),
    },
    "Machine": {
        "doctor": ("ipcbench.cli.doctor:doctor", "Say what will disturb measuring on this machine."),
        "recover": (
            "ipcbench.cli.recover:recover",
            "Store what had been measured when it was cut off.",
        ),
        "demo": ("ipcbench.cli.demo:demo", "Hand one number from one process to another."),
    },
}
COMMANDS = {name: command for section in SECTIONS.values() for name, command in section.items()}


#: What only prints what is stored has failed where that cannot be printed, unless nobody reads on, as in
#: `ipcbench show | head`. All others end with the status of what they were asked for, whoever reads.
READING = ("show", "plot", "report", "export", "list", "history")

#: What a machine may have too little of.
USED_UP = (errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN, errno.ENOSPC)
#: Characters of an error that a reader takes in, of its beginning and of its end, where it says what is
#: accepted: what was given, or stands in a document, may be of any length.
MOST_OF_A_LINE = 1000, 400
#: All others start processes, and leave none behind, wherever those have gone to.
STARTING_NONE = (*READING, "compare", "recover")
#: What works in little memory.
LIGHT = ("list", "doctor", "demo")


class LazyGroup(click.Group):
    """Knows all commands by name, imports only the one that is called."""

    #: Whether this process is the command, so that all its children are.
    is_process = False

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the commands by name, none of them imported."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import and return one; None where there is no such."""
        if cmd_name not in COMMANDS:
            return None
        if cmd_name not in LIGHT:
            check_address_space()
        if self.is_process and cmd_name not in STARTING_NONE:
            from ipcbench.launch.leftovers import adopt_orphans

            adopt_orphans()
        module_name, _, attribute = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module_name), attribute)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; raise IpcbenchError where all that it was to do was to print, and it could not."""
        try:
            status = super().invoke(ctx)
        finally:
            if self.is_process and ctx.invoked_subcommand not in (None, *STARTING_NONE):
                from ipcbench.launch.leftovers import end_orphans

                end_orphans()
        sys.stdout.flush()
        failure = getattr(sys.stdout, "failure", None)
        if ctx.invoked_subcommand in READING and failure and not isinstance(failure, BrokenPipeError):
            raise IpcbenchError(f"standard output: {getattr(failure, 'strerror', None) or failure}")
        return status

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the commands of each section under its heading."""
        for heading, commands in SECTIONS.items():
            with formatter.section(heading):
                formatter.write_dl([(name, line) for name, (_, line) in commands.items()])


#: What is said where nothing was asked for.
FIRST_STEPS = """\
How fast messages cross a process boundary in Python, where the time goes, and what to change.

  ipcbench doctor                                 what on this machine disturbs measuring
  ipcbench run                                    measure Pipe, duplex Pipe and Queue; stored in results/
  ipcbench plot                                   draw it (`ipcbench show` prints its tables)
  ipcbench recommend --size 1MiB                  which channel to choose here
  ipcbench tune --channel queue --size 1MiB       what to change so that it gets faster
  ipcbench explain --channel queue                where the time of one message goes
  ipcbench ab --a channel=pipe --b channel=queue  slower or not, with a known error rate

`ipcbench list` has all channels and workloads, `ipcbench --help` all commands."""


@click.group(
    cls=LazyGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(package_name="ipcbench")
@click.pass_context
def ipcbench(context: click.Context) -> None:
    """Throughput and latency of Python inter-process communication."""
    if context.invoked_subcommand is None:
        click.echo(FIRST_STEPS)


def main() -> None:
    """Run the command line; a user's mistake is one line and exit status 2."""
    LazyGroup.is_process = True
    # At its end Python looks through all there is for circles of objects: a fifth of the time of `list`.
    atexit.register(gc.freeze)
    # click itself would end with 1, a regression, where a reader has gone.
    sys.stdout, sys.stderr = Visible(sys.stdout), Visible(sys.stderr, PATIENCE_S)
    # A job that is ended, as by `timeout`, leaves nothing behind either, and says what it had found.
    for number in _interrupts():
        # Whoever started it with `nohup` wants it to go on.
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler)
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=_end_as_usual)
    before, sys.unraisablehook = sys.unraisablehook, _ask_again
    try:
        _main()
    except SystemExit as ended:
        if "--bisect" in sys.argv and isinstance(ended.code, int):
            sys.exit(OF_BISECT[ended.code])
        raise
    finally:
        LazyGroup.is_process = False
        sys.unraisablehook = before
        # All is done, and the status is known: nothing interrupts the interpreter's own end.
        for number in _interrupts():
            signal.signal(number, signal.SIG_IGN)


def _interrupts() -> list[signal.Signals]:
    names = ("SIGINT", "SIGTERM", "SIGHUP")
    return [signal.Signals[name] for name in names if name in signal.Signals.__members__]


def _end_as_usual() -> None:
    """Let a forked child be ended by signals, without the traceback of an interrupted command."""
    for number in _interrupts():
        if signal.getsignal(number) is signal.default_int_handler:
            signal.signal(number, signal.SIG_DFL)


def _ask_again(ignored: sys.UnraisableHookArgs) -> None:
    """Repeat a Ctrl-C that came inside a finaliser or a callback, where Python ignores it."""
    if not issubclass(ignored.exc_type, KeyboardInterrupt):
        sys.__unraisablehook__(ignored)
        return
    # From a thread, a moment later: in here it would be ignored once more.
    again = threading.Timer(0.01, _interrupt)
    again.daemon = True
    again.start()


def _interrupt() -> None:
    """Interrupt the main thread, even one that waits for the system."""
    if sys.platform == "win32":
        _thread.interrupt_main()
        return
    # A job that a shell started in the background ignores SIGINT, but it was not that which came.
    heard = [each for each in _interrupts() if signal.getsignal(each) is signal.default_int_handler]
    signal.pthread_kill(threading.main_thread().ident or 0, heard[0])


def _main() -> None:
    try:
        sys.exit(ipcbench(standalone_mode=False) or 0)
    except IpcbenchError as error:
        if error.details:
            click.echo(error.details, err=True)
        _fail(with_notes(error), error.exit_status)
    except click.ClickException as error:
        where = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else "ipcbench"
        _fail(f"{error.format_message().rstrip('.')}; see {where} --help", USAGE)
    except (click.Abort, KeyboardInterrupt) as error:
        # click takes the end of any file, as of a damaged one, for somebody's at a prompt.
        if isinstance(error.__cause__, EOFError):
            _print_traceback(error.__cause__)
            sys.exit(FAILED)
        _fail(with_notes(error, "interrupted"), FAILED)
    except MemoryError as error:
        _fail(with_notes(error, "out of memory"), FAILED)
    except Exception as error:
        if isinstance(error, OSError) and error.errno in USED_UP:
            hint = "" if error.errno == errno.ENOSPC else "; `ipcbench doctor` says what is needed"
            _fail(with_notes(error, f"{error.strerror}{hint}"), FAILED)
        if isinstance(error, OSError) and error.errno == errno.ENAMETOOLONG:
            _fail(f"{error.filename}: {error.strerror}; accepted: a shorter one", USAGE)
        # A fault of ours: Python's exit status for it, 1, would be read as a regression.
        _print_traceback(error)
        sys.exit(FAILED)


def _print_traceback(error: BaseException) -> None:
    import traceback

    traceback.print_exception(error)


def _fail(line: str, status: int) -> None:
    line = " ".join(line.split())
    if len(line) > sum(MOST_OF_A_LINE):
        line = f"{line[: MOST_OF_A_LINE[0]]} … {line[-MOST_OF_A_LINE[1] :]}"
    click.echo(f"ipcbench: {line}", err=True)
    sys.exit(status)
