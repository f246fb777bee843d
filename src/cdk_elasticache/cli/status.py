"""``cdk-elasticache status``: what runs, and where."""

import sys

from cdk_elasticache.cli.runtime import add_state, print_json, state_folder
from cdk_elasticache.cli.terminal import GREEN, YELLOW, coloured

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

#: Ways to sign in, the one that asks least of who tries first.
_EASIEST = ("no-password-required", "password", "iam")


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
        state = coloured(cache["status"], GREEN if cache["status"] == "available" else YELLOW, sys.stdout)
        if not endpoint["port"]:
            yield f"{cache['name']:<{width}}  {cache['engine']}  {state}"
            continue
        yield f"{cache['name']:<{width}}  {where}{reads}  {engine}  {state}{_usage(cache)}"
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
    """Lines that work as they stand, hence without an indent, for the first cache and a user of its group."""
    import json  # noqa: PLC0415
    import shlex  # noqa: PLC0415

    first = next((cache for cache in status["caches"] if cache["engine"] != "memcached"), None)
    if first is None:
        return
    port, ca_file = first["endpoint"]["port"], status["ca_file"]
    words, arguments = _login(first, status)
    yield ""
    yield "to try, in a shell (redis-cli takes the same) and in Python:"
    yield f"valkey-cli -c --tls --cacert {shlex.quote(ca_file)} -p {port}{words}"
    trust = f"ssl=True, ssl_ca_certs={json.dumps(ca_file, ensure_ascii=False)}"
    yield f'import redis; client = redis.RedisCluster(host="localhost", port={port}, {trust}{arguments})'


def _login(cache: "Mapping[str, Any]", status: "Mapping[str, Any]") -> tuple[str, str]:
    """How a user of the cache signs in: more words for the shell, more arguments for Python."""
    import json  # noqa: PLC0415
    import shlex  # noqa: PLC0415

    ids = [user for group in status["groups"] if cache["name"] in group["caches"] for user in group["users"]]
    may = [one for one in status["users"] if one["id"] in ids and "off" not in one["access_string"].split()]
    user = min(may, key=lambda one: _EASIEST.index(one["authentication"]), default=None)
    if user is None:
        return "", ""
    words, name = f" --user {shlex.quote(user['name'])}", f", username={json.dumps(user['name'])}"
    if user["authentication"] == "password":
        return f"{words} --askpass", f'{name}, password=__import__("getpass").getpass()'
    if user["authentication"] == "no-password-required":
        return f"{words} --pass any", f'{name}, password="any"'
    folder = status["ca_file"].removesuffix("/tls/ca.pem")
    signer = next((one["arn"] for one in status["principals"]), "PRINCIPAL")
    given = ["token", cache["arn"], user["arn"], "--principal", signer, "--state", folder]
    token = f"cdk-elasticache {shlex.join(given)}"
    read = f'__import__("os").popen({json.dumps(token, ensure_ascii=False)}).read().strip()'
    return f'{words} --pass "$({token})"', f"{name}, password={read}"
