"""``cdk-elasticache status``: what runs, and where."""

from cdk_elasticache.cli.runtime import add_state, print_json, state_folder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator, Mapping
    from typing import Any

EXAMPLE = """\
examples:
  cdk-elasticache status
  cdk-elasticache status --json

exit status: 0; 1 where nothing runs; 2 usage
"""


def add_arguments(parser: "ArgumentParser") -> None:
    """Add what ``status`` takes."""
    add_state(parser)
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(options: "Namespace") -> int:
    """Print what runs.

    :raises LocalError: ``NotRunning``.
    """
    from cdk_elasticache.local.control_plane import wire  # noqa: PLC0415

    status = wire.ask(state_folder(options), {"do": "status"})
    if options.json:
        print_json(status)
    else:
        for line in table(status):
            print(line)
    return 0


def table(status: "Mapping[str, Any]") -> "Iterator[str]":
    """The endpoints, with lines to paste, and who may use them."""
    width = max((len(cache["name"]) for cache in status["caches"]), default=4)
    for cache in status["caches"]:
        endpoint = cache["endpoint"]
        where = f"{endpoint['address']}:{endpoint['port']}"
        reader = cache["reader_endpoint"]
        reads = f"  reads {reader['address']}:{reader['port']}" if reader else ""
        engine = f"{cache['engine']} {cache['full_engine_version']}"
        if not endpoint["port"]:
            yield f"{cache['name']:<{width}}  {cache['engine']}  {cache['status']}"
            continue
        yield f"{cache['name']:<{width}}  {where}{reads}  {engine}  {cache['status']}{_usage(cache)}"
    for user in status["users"]:
        yield f"user {user['name']}  {user['authentication']}  {user['access_string']}"
    for principal in status["principals"]:
        yield f"principal {principal['arn']}"
    yield from _to_paste(status)


def _usage(cache: "Mapping[str, Any]") -> str:
    used = cache["usage"]
    if not used:
        return ""
    shown = [
        f"{name} {used[key]:g}"
        for key, name in (("connections", "clients"), ("ecpus", "ECPU"))
        if key in used
    ]
    return f"  {', '.join(shown)}" if shown else ""


def _to_paste(status: "Mapping[str, Any]") -> "Iterator[str]":
    first = next((cache for cache in status["caches"] if cache["engine"] != "memcached"), None)
    if first is None:
        return
    port, ca_file = first["endpoint"]["port"], status["ca_file"]
    yield ""
    yield "to try:"
    yield f"  valkey-cli -c --tls --cacert {ca_file} -p {port}    (redis-cli takes the same)"
    yield f'  redis.RedisCluster("localhost", {port}, ssl=True, ssl_ca_certs="{ca_file}")'
