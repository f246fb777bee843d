"""The end of the demonstration: the example app runs here, and real clients show who gets in and may do what."""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from time import monotonic, sleep

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from cdk_elasticache import local
from cdk_elasticache.cli.logs import line as log_line
from cdk_elasticache.local.control_plane.journal import read as read_log

Client = redis.Redis | redis.RedisCluster
Line = Callable[[str], None]


def show(templates: Path, title: Line, line: Line) -> None:
    """Run what a cloud assembly of the example app declares, let clients at it, and stop it.

    :param title: begins a part.
    :param line: prints a line of it.
    """
    title("The app, running here")
    line("Starting Valkey behind TLS, with the app's users, permissions and limits ...")
    with local.run(templates) as running:
        cache = running.cache("Shop/Cache")
        line(f"{cache.name} at {cache.host}:{cache.port}, on {cache.engine} {version(running)}")
        title("Who may do what, says the cache itself")
        show_clients(cache, line)
        title("Without its grant")
        show_missing_grant(running, cache, templates, line)
    line("Stopped; nothing is left of it.")


def version(running: local.Local) -> str:
    """Of the engine that runs."""
    return str(running.status["caches"][0]["full_engine_version"])


def show_clients(cache: local.Cache, line: Line) -> None:
    """Print what clients ask, and what the cache answers."""
    web, report = partial(cache.redis, "shop-web"), partial(cache.redis, "shop-report")
    nobody = partial(plain, cache, None, None)
    for who, connect, command in (
        ("shop-web, with a token that its role signed", web, "SET cart:1 apples"),
        ("shop-web, with a token that its role signed", web, "GET cart:1"),
        ("shop-web, with a token that its role signed", web, "GET order:1"),
        ("shop-report, with its password", report, "GET cart:1"),
        ("shop-report, with its password", report, "SET cart:1 pears"),
        ("shop-report, with a wrong password", partial(plain, cache, "shop-report", "a" * 16), "GET cart:1"),
        ("nobody, without a password", nobody, "GET cart:1"),
        ("default, with its password: it's off", partial(plain, cache, *cache.login("default")), "PING"),
        ("shop-web, a command that Serverless hasn't", web, "CONFIG GET maxmemory"),
    ):
        line(f"{who:<44}  {command:<20}  {answer(connect, command)}")


def plain(cache: local.Cache, name: str | None, password: str | None) -> redis.Redis:
    """A client that tries once and asks for no topology, so that it shows the bare refusal."""
    return redis.Redis(
        host=cache.host,
        port=cache.port,
        ssl=True,
        ssl_ca_certs=cache.ca_file,
        username=name,
        password=password,
        protocol=2,
        retry=Retry(NoBackoff(), 0),
    )


def answer(connect: Callable[[], Client], command: str) -> str:
    """What a cache answers a client."""
    try:
        with closing(connect()) as client:
            return str(client.execute_command(*command.split()))  # type: ignore[no-untyped-call]
    except redis.RedisError as error:
        return f"refused: {error}"


def show_missing_grant(running: local.Local, cache: local.Cache, templates: Path, line: Line) -> None:
    """Take one half of the web role's permission away while it runs, and say what the log has to tell."""
    line("web_user.grant_connect(web) taken out of the template, and up again:")
    with tempfile.TemporaryDirectory() as folder:
        changed = shutil.copytree(templates, Path(folder) / "cdk.out")
        forget_user_grant(changed / "Shop.template.json")
        up = [sys.executable, "-m", "cdk_elasticache", "up", str(changed), "--state", str(running.folder)]
        subprocess.run(up, check=True, capture_output=True)
    client = partial(plain, cache, *cache.login("shop-web"))
    line(
        f"{'shop-web, with a token that its role signed':<44}  {'GET cart:1':<20}  {answer(client, 'GET cart:1')}"
    )
    line("The client isn't told more. The log is:")
    line(refusal(running.folder))


def forget_user_grant(template: Path) -> None:
    """Leave no statement on the ElastiCache user in a template's policies."""
    tree = json.loads(template.read_text())
    for resource in tree["Resources"].values():
        if resource["Type"] == "AWS::IAM::Policy":
            document = resource["Properties"]["PolicyDocument"]
            kept = [one for one in document["Statement"] if "WebUser" not in json.dumps(one)]
            document["Statement"] = kept
    template.write_text(json.dumps(tree))


def refusal(folder: Path) -> str:
    """The last refusal in the log, which another process writes, in its own time."""
    deadline = monotonic() + 5
    while monotonic() < deadline:
        found = [one for one in read_log(folder) if "refused user shop-web" in one["text"]]
        if found:
            return log_line(found[-1])
        sleep(0.02)
    raise TimeoutError("the log must tell of the refusal within 5 s")
