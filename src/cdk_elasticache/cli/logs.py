"""``cdk-elasticache logs``: what the runtime had to say."""

from cdk_elasticache.cli.output import in_a_line, say
from cdk_elasticache.cli.runtime import add_state, known_folder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

EXAMPLE = """\
examples:
  cdk-elasticache logs
  cdk-elasticache logs --json

The engines' own logs are in the state folder: caches/*/engine.log.
"""


def add_arguments(parser: "ArgumentParser") -> None:
    """Add what ``logs`` takes."""
    add_state(parser)
    parser.add_argument("--json", action="store_true", help="print a line of JSON an entry")


def run(options: "Namespace") -> int:
    """Print the log, oldest first.

    :raises LocalError: ``NothingDeclared``.
    """
    import json  # noqa: PLC0415

    from cdk_elasticache.local.control_plane.journal import read  # noqa: PLC0415

    for entry in read(known_folder(options)):
        say(json.dumps(entry) if options.json else line(entry))
    return 0


def line(entry: dict[str, str]) -> str:
    """An entry as a person reads it: time of day, source, text."""
    return f"{entry['time'][11:19]} {in_a_line(entry['source'])}: {in_a_line(entry['text'])}"
