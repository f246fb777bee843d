"""``cdk-elasticache secret``: local values of secrets."""

import sys
from argparse import SUPPRESS

from cdk_elasticache.cli.output import in_a_line, say
from cdk_elasticache.cli.runtime import add_state, known_folder, state_folder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

EXAMPLE = """\
examples:
  cdk-elasticache secret set prod/app/password                 asks, or reads standard input
  cdk-elasticache secret set prod/app/password --file secret.txt
  cdk-elasticache secret get prod/app/password                 prints the value and nothing else
  cdk-elasticache secret list
"""


def add_arguments(parser: "ArgumentParser") -> None:
    """Add what ``secret`` takes."""
    actions = parser.add_subparsers(metavar="ACTION", dest="action", required=True)
    put = actions.add_parser("set", help="give a secret, or an SSM parameter, its local value")
    put.add_argument("name", metavar="NAME", help="name or ARN")
    put.add_argument("--file", metavar="FILE", help="read the value from a file; default: standard input")
    get = actions.add_parser("get", help="print a value and nothing else")
    get.add_argument("name", metavar="NAME", help="name or ARN")
    every = actions.add_parser("list", help="print the names of those that have a value")
    for one in (put, get, every):
        add_state(one)
        one.add_argument(
            "--debug", action="store_true", default=SUPPRESS, help="show the traceback of an error"
        )


def run(options: "Namespace") -> int:
    """Set, print or list.

    :raises LocalError: ``SecretMissing``, ``NothingDeclared``, ``StateFolderRefused``.
    """
    return {"set": _set, "get": _get, "list": _list}[options.action](options)


def _set(options: "Namespace") -> int:
    from cdk_elasticache.local.control_plane.state import State  # noqa: PLC0415

    value = _value(options)
    with State(state_folder(options)) as state:
        rows = {name: arn for name, arn, _ in state.secrets()}
        by_arn = {arn: name for name, arn in rows.items() if arn}
        name = by_arn.get(options.name, options.name)
        arn = name if name.startswith("arn:") else rows.get(name, "")
        state.put_secret(name, arn, value)
    return 0


def _value(options: "Namespace") -> str:
    """The value, without the line end that editors and shells add.

    :raises LocalError: ``InvalidSecret``, for what Secrets Manager takes as no secret string either.
    """
    from cdk_elasticache.local.control_plane.faults import LocalError  # noqa: PLC0415

    value = _given(options).removesuffix(b"\n").removesuffix(b"\r")
    try:
        text = value.decode()
    except UnicodeDecodeError:
        text = ""
    if not text:
        message = f"secret {options.name} must be text of at least one character, got {len(value)} bytes"
        raise LocalError("InvalidSecret", message, parameter="secret")
    return text


def _given(options: "Namespace") -> bytes:
    if options.file:
        with open(options.file, "rb") as file:
            return file.read()
    if sys.stdin.isatty():
        from getpass import getpass  # noqa: PLC0415

        return getpass("value: ").encode()
    return sys.stdin.buffer.read()


def _get(options: "Namespace") -> int:
    from cdk_elasticache.local.control_plane.secrets import find, missing  # noqa: PLC0415
    from cdk_elasticache.local.control_plane.state import State  # noqa: PLC0415

    with State(known_folder(options)) as state:
        value = find(state.secrets(), options.name)
    if value is None:
        raise missing(options.name)
    say(value, raw=not sys.stdout.isatty())  # a script gets the value itself
    return 0


def _list(options: "Namespace") -> int:
    from cdk_elasticache.local.control_plane.state import State  # noqa: PLC0415

    with State(known_folder(options)) as state:
        for name, _, _ in state.secrets():
            say(in_a_line(name))
    return 0
