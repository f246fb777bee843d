"""The command line: one module a command, imported only when that command is named.

Exit status: 0 done, 1 the declaration or a check failed, 2 usage. Errors go to stderr, one line and a remedy.
Neither Node nor aws_cdk is started, and a command answers in about the time of a Python start.
"""

import os
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from importlib import import_module
from io import TextIOWrapper

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
    words = list(sys.argv[1:] if argv is None else argv)
    if sys.stdout is None:  # closed by the caller, who wants the status alone
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 (it serves the whole process)
    options = _parser(words).parse_args(words)
    status = 0
    try:
        status = int(options.run(options))
        sys.stdout.flush()
    except ElastiCacheError as error:
        if options.debug:
            raise
        print(f"cdk-elasticache: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:  # the reader of our pipe has seen enough; nothing may be left to flush
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return status


def escape_what_cannot_be_encoded() -> None:
    """Let stdout show characters that its encoding lacks as escapes, for output that a person reads."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _parser(words: "Sequence[str]") -> ArgumentParser:
    """A parser that knows every command by name, and the arguments of the one that is named."""
    parser = ArgumentParser("cdk-elasticache", description="Amazon ElastiCache Serverless, declared and run.")
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
