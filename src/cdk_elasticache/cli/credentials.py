"""``cdk-elasticache credentials``: what a role or IAM user of the template signs with, here."""

from cdk_elasticache.cli.runtime import add_state, known_folder, print_json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

EXAMPLE = """\
examples:
  cdk-elasticache credentials WorkerRole
  in ~/.aws/config:
    [profile worker]
    credential_process = cdk-elasticache credentials WorkerRole --state /path/to/.cdk-elasticache

AWS knows nothing of these credentials: they sign tokens for caches on this machine.
"""


def add_arguments(parser: "ArgumentParser") -> None:
    """Add what ``credentials`` takes."""
    parser.add_argument("principal", metavar="PRINCIPAL", help="name, ARN, logical id or construct path")
    add_state(parser)


def run(options: "Namespace") -> int:
    """Print the JSON of a ``credential_process``.

    :raises LocalError: ``NothingDeclared``, ``UnknownName``, ``AmbiguousName``.
    """
    from cdk_elasticache.local.control_plane.names import named  # noqa: PLC0415
    from cdk_elasticache.local.control_plane.principals import credentials, process_output  # noqa: PLC0415
    from cdk_elasticache.local.control_plane.state import State, entries  # noqa: PLC0415

    with State(known_folder(options)) as state:
        found = named(options.principal, entries(state)["principal"], what="principal")
        print_json(process_output(credentials(state)[found["arn"]]))
    return 0
