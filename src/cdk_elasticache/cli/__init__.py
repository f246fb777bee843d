"""The command line: one module a command, imported only when that command is named.

Exit status: 0 done, 1 the declaration or a check failed, 2 usage. Errors go to stderr, one line and a remedy.
Neither Node nor aws_cdk is started, and a command answers in about the time of a Python start.
"""

import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from contextlib import suppress
from errno import ENOSPC
from importlib import import_module

from cdk_elasticache._version import __version__
from cdk_elasticache.cli import output
from cdk_elasticache.errors import ElastiCacheError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
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
    output.open_what_is_closed()
    try:
        return _run(list(sys.argv[1:] if argv is None else argv))
    except KeyboardInterrupt:
        return _fail("interrupted")
    finally:
        output.drop_what_nobody_reads()


def _run(words: list[str]) -> int:
    debug = False
    try:
        options = _parsed(words)
        debug = options.debug
        status = int(options.run(options))
        output.flush()
    except (ElastiCacheError, OSError) as error:
        if debug:
            raise
        return _fail(str(error) if isinstance(error, ElastiCacheError) else _of_the_system(error))
    return status


def _parsed(words: list[str]) -> "Namespace":
    try:
        return _parser(words).parse_args(words)
    except SystemExit:  # it has printed the help, the version or what is wrong with the words
        output.flush()
        raise


def _fail(message: str) -> int:
    output.tell(f"cdk-elasticache: {message}")
    return 1


def _of_the_system(error: OSError) -> str:
    """What the system refused: a file that it names, or else our own output."""
    reason = error.strerror or str(error)
    with suppress(OSError):
        output.flush()
    if error.filename:
        return f"{error.filename} must be usable, got {reason!r}"
    return f"standard output must be writable, got {reason!r}" if error.errno == ENOSPC else reason


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
