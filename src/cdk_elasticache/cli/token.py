"""``cdk-elasticache token``: one IAM token, to try by hand."""

from cdk_elasticache.cli.output import say
from cdk_elasticache.cli.runtime import add_state, known_folder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

EXAMPLE = """\
examples:
  cdk-elasticache token orders worker --principal WorkerRole
  valkey-cli -c --tls --cacert .cdk-elasticache/tls/ca.pem --user worker \\
    --pass "$(cdk-elasticache token orders worker --principal WorkerRole)"

A token is good for 15 minutes. Applications sign their own, with the principal's credentials.
"""


def add_arguments(parser: "ArgumentParser") -> None:
    """Add what ``token`` takes."""
    parser.add_argument("cache", metavar="CACHE", help="name, ARN, logical id or construct path")
    parser.add_argument("user", metavar="USER", help="id, name, ARN, logical id or construct path")
    parser.add_argument(
        "--principal", required=True, metavar="PRINCIPAL", help="the role or IAM user that signs"
    )
    add_state(parser)


def run(options: "Namespace") -> int:
    """Print a token.

    :raises LocalError: ``NothingDeclared``, ``UnknownName``, ``AmbiguousName``.
    """
    import time  # noqa: PLC0415

    from cdk_elasticache.local.control_plane.names import named  # noqa: PLC0415
    from cdk_elasticache.local.control_plane.principals import credentials  # noqa: PLC0415
    from cdk_elasticache.local.control_plane.state import State, entries  # noqa: PLC0415
    from cdk_elasticache.model.iam.token import sign  # noqa: PLC0415

    with State(known_folder(options)) as state:
        known = entries(state)
        cache = named(options.cache, known["serverlesscache"], what="cache")
        iam_users = [one for one in known["user"] if one["authentication"] == "iam"]
        user = named(options.user, iam_users, what="IAM user")
        principal = named(options.principal, known["principal"], what="principal")
        keys = credentials(state)[principal["arn"]]
    say(sign(cache["id"], user["name"], keys, cache["arn"].split(":")[3], time.time()))
    return 0
