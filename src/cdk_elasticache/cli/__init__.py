"""The command line: one module a command, imported only when that command is named.

Exit status: 0 done, 1 the declaration or a check failed, 2 usage. Errors go to stderr, one line and a remedy.
Neither Node nor aws_cdk is started, and a command answers in about the time of a Python start.
"""

import os
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from contextlib import suppress
from errno import ENOSPC
from importlib import import_module
from io import TextIOWrapper

from cdk_elasticache._version import __version__
from cdk_elasticache.errors import ElastiCacheError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

#: command: what it does. Its module has ``EXAMPLE``, ``add_arguments(parser)`` and ``run(options) -> int``.
COMMANDS = {
    "check": "tell every mistake in what a template, a cloud assembly or a CDK app declares",
    "explain": "say what an access string allows, or whether it allows a command",
    "up": "run what a template, a cloud assembly or a CDK app declares, on this machine",
    "status": "say what runs, and where",
    "logs": "print what the runtime had to say",
    "down": "stop what runs; the data stay",
    "credentials": "print the local credentials of a role or IAM user",
    "token": "print one IAM token, to try by hand",
    "secret": "set, print or list local values of secrets",
}


def main(argv: "Sequence[str] | None" = None) -> int:
    """Run one command.

    :param argv: the words after the program's name. Default: those of the process.
    :returns: the exit status.
    """
    _open_what_is_closed()
    try:
        return _run(list(sys.argv[1:] if argv is None else argv))
    except KeyboardInterrupt:
        return _fail("interrupted")


def _run(words: list[str]) -> int:
    options, status = _parser(words).parse_args(words), 0
    try:
        status = int(options.run(options))
        sys.stdout.flush()
    except BrokenPipeError:  # the reader of our pipe has seen enough
        _drop_output()
    except (ElastiCacheError, OSError) as error:
        if options.debug:
            raise
        return _fail(str(error) if isinstance(error, ElastiCacheError) else _of_the_system(error))
    return status


def _fail(message: str) -> int:
    with suppress(OSError):  # stderr may be as full as stdout
        print(f"cdk-elasticache: {message}", file=sys.stderr)
    return 1


def _of_the_system(error: OSError) -> str:
    """What the system refused: a file that it names, or else our own output."""
    reason = error.strerror or str(error)
    try:
        sys.stdout.flush()
    except OSError:
        _drop_output()
    if error.filename:
        return f"{error.filename} must be usable, got {reason!r}"
    return f"standard output must be writable, got {reason!r}" if error.errno == ENOSPC else reason


def _drop_output() -> None:
    """Leave nothing to flush, or Python would say at the end that it couldn't."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _open_what_is_closed() -> None:
    """Streams that the caller closed, who wants less than we have to say."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 (for the whole process)


def escape_what_cannot_be_encoded() -> None:
    """Let stdout show characters that its encoding lacks as escapes, for output that a person reads."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _parser(words: "Sequence[str]") -> ArgumentParser:
    """A parser that knows every command by name, and the arguments of the one that is named."""
    parser = ArgumentParser("cdk-elasticache", description="Amazon ElastiCache Serverless, declared and run.")
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    named = next((word for word in words if word in COMMANDS), None)
    for name, what in COMMANDS.items():
        command = commands.add_parser(
            name, help=what, description=what, formatter_class=RawDescriptionHelpFormatter
        )
        command.add_argument("--debug", action="store_true", help="show the traceback of an error")
        if name == named:
            module = import_module(f"{__name__}.{name}")
            command.epilog = module.EXAMPLE
            command.set_defaults(run=module.run)
            module.add_arguments(command)
    return parser
