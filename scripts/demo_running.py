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
from botocore.auth import SigV4QueryAuth  # type: ignore[import-untyped]
from botocore.awsrequest import AWSRequest  # type: ignore[import-untyped]
from botocore.credentials import Credentials  # type: ignore[import-untyped]
from redis.backoff import NoBackoff
from redis.retry import Retry

from cdk_elasticache import local
from cdk_elasticache.cli.logs import line as log_line
from cdk_elasticache.local.control_plane.journal import read as read_log

Client = redis.Redis | redis.RedisCluster
Line = Callable[[str], None]

BY_TOKEN = "shop-web, with a token that its role signed"


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
        token = sign(running, cache)
        show_clients(cache, token, line)
        title("Without its grant")
        take_grant_away(running, templates)
        line("web_user.grant_connect(web) taken out of the template, and up again:")
        show_client(BY_TOKEN, partial(plain, cache, "shop-web", token), "GET cart:1", line)
        line("The client isn't told more. The log is:")
        line(refusal(running.folder))
    line("Stopped; nothing is left of it.")


def version(running: local.Local) -> str:
    """Of the engine that runs."""
    return str(running.status["caches"][0]["full_engine_version"])


def sign(running: local.Local, cache: local.Cache) -> str:
    """A token for the web user, by the signer of the AWS SDK with the credentials of the web role."""
    parameters = {"Action": "connect", "User": "shop-web", "ResourceType": "ServerlessCache"}
    request = AWSRequest("GET", f"http://{cache.name.lower()}/", params=parameters)
    keys = Credentials(*running.credentials("Shop/WebRole"))
    SigV4QueryAuth(keys, "elasticache", cache.arn.split(":")[3], expires=900).add_auth(request)
    return str(request.url).removeprefix("http://")


def show_clients(cache: local.Cache, token: str, line: Line) -> None:
    """Print what clients ask, and what the cache answers.

    :param token: lets the web user in.
    """
    web, report = partial(cluster, cache, "shop-web", token), partial(cache.redis, "shop-report")
    nobody = partial(plain, cache, None, None)
    for who, connect, command in (
        (BY_TOKEN, web, "SET cart:1 apples"),
        (BY_TOKEN, web, "GET cart:1"),
        (BY_TOKEN, web, "GET order:1"),
        ("shop-report, with its password", report, "GET cart:1"),
        ("shop-report, with its password", report, "SET cart:1 pears"),
        ("shop-report, with a wrong password", partial(plain, cache, "shop-report", "a" * 16), "GET cart:1"),
        ("nobody, without a password", nobody, "GET cart:1"),
        ("default, with its password: it's off", partial(plain, cache, *cache.login("default")), "PING"),
        ("shop-web, a command that Serverless hasn't", web, "CONFIG GET maxmemory"),
    ):
        show_client(who, connect, command, line)


def show_client(who: str, connect: Callable[[], Client], command: str, line: Line) -> None:
    """Print what one client asks, and what the cache answers."""
    try:
        with closing(connect()) as client:
            answer = str(client.execute_command(*command.split()))  # type: ignore[no-untyped-call]
    except redis.RedisError as error:
        answer = f"refused: {error}"
    line(f"{who:<44}  {command:<20}  {answer}")


def cluster(cache: local.Cache, name: str, password: str) -> redis.RedisCluster:
    """A client in cluster mode, as applications use."""
    return redis.RedisCluster(
        host=cache.host,
        port=cache.port,
        ssl=True,
        ssl_ca_certs=cache.ca_file,
        username=name,
        password=password,
        decode_responses=True,
    )


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


def take_grant_away(running: local.Local, templates: Path) -> None:
    """Bring up what the app would declare without one half of the web role's permission, where it runs."""
    with tempfile.TemporaryDirectory() as folder:
        changed = shutil.copytree(templates, Path(folder) / "cdk.out")
        forget_user_grant(changed / "Shop.template.json")
        up = [sys.executable, "-m", "cdk_elasticache", "up", str(changed), "--state", str(running.folder)]
        subprocess.run(up, check=True, capture_output=True)


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
