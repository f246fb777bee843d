"""``cdk-elasticache status``: what runs, and where."""

import sys

from cdk_elasticache.cli.output import in_a_line, say
from cdk_elasticache.cli.runtime import add_state, print_json, state_folder
from cdk_elasticache.cli.terminal import GREEN, YELLOW, coloured

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterable, Iterator, Mapping
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
            say(line)
    return 0


def table(status: "Mapping[str, Any]") -> "Iterator[str]":
    """The endpoints, who may use them, and lines to paste."""
    yield from _columns(("CACHE", "ENDPOINT", "READER", "ENGINE", "STATUS"), map(_cache, status["caches"]))
    users = (
        tuple(map(in_a_line, (one["name"], one["authentication"], one["access_string"])))
        for one in status["users"]
    )
    yield from _columns(("USER", "SIGNS IN BY", "ACCESS STRING"), users)
    yield from _columns(("PRINCIPAL",), ((in_a_line(one["arn"]),) for one in status["principals"]))
    yield from _to_paste(status)


def _columns(titles: tuple[str, ...], rows: "Iterable[tuple[str, ...]]") -> "Iterator[str]":
    """A table whose last column is as wide as it likes; nothing where there are no rows."""
    lines = [titles, *rows]
    widths = [max(map(len, column)) for column in list(zip(*lines, strict=True))[:-1]]
    for line in lines if len(lines) > 1 else ():
        padded = (f"{text:<{width}}  " for text, width in zip(line, widths, strict=False))
        yield "".join(padded) + line[-1]


def _cache(cache: "Mapping[str, Any]") -> tuple[str, ...]:
    ends = [cache["endpoint"], cache["reader_endpoint"]]
    places = [f"{one['address']}:{one['port']}" if one and one["port"] else "-" for one in ends]
    stands_for = f"{cache['engine']} on " if cache["runs_on"] not in ("", cache["engine"]) else ""
    engine = f"{stands_for}{cache['runs_on'] or cache['engine']} {cache['full_engine_version']}".rstrip()
    state = coloured(cache["status"], GREEN if cache["status"] == "available" else YELLOW, sys.stdout)
    return in_a_line(cache["name"]), *places, engine, f"{state}{_usage(cache)}"


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
