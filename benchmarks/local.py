"""How fast a declared cache comes up and serves on this machine, beside bare servers in the same run.

    python benchmarks/local.py [--quick] [--only starts|speed]

* From `cdk-elasticache up` to the first PONG through TLS, beside the bare server's start to its first PONG.
* Requests a second and latency with 50 connections: through the gateway with its metering, and, in turn with it,
  past it: the same engine over plain TCP; behind haproxy's TLS, where haproxy is installed; and a redis-server
  with TLS of its own, where one is found.
* What an idle cache takes of memory, beside the engine's own.

Every goal is printed with what was measured. Times and rates are medians; ratios are medians of those of each round.
"""

import argparse
import csv
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from cdk_elasticache.local.data_plane.certificates import Certificates, certificates
from cdk_elasticache.local.data_plane.process import GatewayProcess
from cdk_elasticache.local.data_plane.snapshot import Snapshot
from cdk_elasticache.local.engines.acl import OPEN, user_rules
from cdk_elasticache.local.engines.servers import find_server
from cdk_elasticache.local.engines.valkey import Valkey

#: An installed package is compiled; a checkout must be allowed to be.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
#: The most that a serverless cache can have: the budget is kept, and never empty.
ECPU = 15_000_000
#: Requests of one measurement by pipeline: a second or two each.
REQUESTS = {1: 30_000, 16: 300_000}
GOALS = {("native TLS", 1): 0.5, ("haproxy", 1): 0.9, ("native TLS", 16): 0.6, ("haproxy", 16): 0.9}
START_GOAL, MEMORY_GOAL = 1.0, 40.0


def judged(text: str, met: bool) -> str:
    """A goal, and whether it is met."""
    return f"   goal {text}: {'met' if met else 'MISSED'}"


def free_port() -> int:
    """A port that nobody holds now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def answers(port: int, tls: Any = None) -> bool:
    """Whether a PING is answered there."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5) as plain:
        connection = tls.wrap_socket(plain, server_hostname="localhost") if tls else plain
        connection.sendall(b"PING\r\n")
        return bool(connection.recv(7) == b"+PONG\r\n")
    return False


def await_answers(*ports: int) -> None:
    """Return when a PING is answered at each port."""
    deadline = time.monotonic() + 30
    for port in ports:
        while not answers(port):
            if time.monotonic() > deadline:
                raise TimeoutError(f"nothing answers at port {port}")
            time.sleep(0.002)


@contextmanager
def running(argv: list[str], folder: Path, **options: Any) -> Iterator["subprocess.Popen[str]"]:
    """A process, ended at the end of the block."""
    with (folder / "log").open("ab") as log:
        options = {"stdout": log, "stderr": log, "cwd": folder, "env": ENVIRONMENT, "text": True, **options}
        child = subprocess.Popen(argv, **options)
    try:
        yield child
    finally:
        child.terminate()
        child.communicate()


# Starts


def template(caches: int) -> dict[str, Any]:
    """So many caches."""
    return {
        "Resources": {
            f"Cache{number}": {
                "Type": "AWS::ElastiCache::ServerlessCache",
                "Properties": {"Engine": "valkey", "ServerlessCacheName": f"cache-{number}"},
            }
            for number in range(caches)
        }
    }


@contextmanager
def brought_up(folder: Path) -> Iterator[tuple[float, "subprocess.Popen[str]"]]:
    """What the folder's template declares, running: the seconds until each cache said PONG, and the command."""
    import ssl

    argv = [sys.executable, "-m", "cdk_elasticache", "up", str(folder / "template.json"), "--json"]
    start = time.perf_counter()
    with running(argv, folder, stdout=subprocess.PIPE, cwd=None) as child:
        assert child.stdout is not None
        text = ""
        for line in child.stdout:
            text += line
            if line == "}\n":
                break
        status = json.loads(text)
        tls = ssl.create_default_context(cafile=status["ca_file"])
        ports = [cache["endpoint"]["port"] for cache in status["caches"]]
        assert all(answers(port, tls) for port in ports)
        yield time.perf_counter() - start, child


def start_bare(folder: Path, caches: int) -> float:
    """Seconds from the start of so many bare servers at once until each said PONG."""
    server = str(find_server().path)
    ports = [free_port() for _ in range(caches)]
    start = time.perf_counter()
    with ExitStack() as stack:
        for port in ports:
            argv = [server, "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
            stack.enter_context(running(argv, folder))
        await_answers(*ports)
        return time.perf_counter() - start


def measure_starts(caches: int, runs: int) -> None:
    """Print what the first ``up`` and a later one take, and what is used of memory then."""
    pairs, later, memory = [], [], []
    for _ in range(runs):
        with TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "template.json").write_text(json.dumps(template(caches)))
            bare = start_bare(folder, caches)
            with brought_up(folder) as (seconds, _):
                pairs.append((bare, seconds))
            with brought_up(folder) as (seconds, child):
                later.append(seconds)
                memory.append(memory_of(child.pid))
    bare, ours = (statistics.median(times) for times in zip(*pairs, strict=True))
    more = statistics.median(mine - theirs for theirs, mine in pairs)
    what = f"{caches} cache{'s' * (caches > 1)}"
    goal = judged(f"at most {START_GOAL:g} s more", more <= START_GOAL) if caches == 1 else ""
    print(
        f"{what:<10} up {ours:6.2f} s   again {statistics.median(later):6.2f} s   bare {bare:6.3f} s"
        f"   {more:.2f} s more{goal}",
        flush=True,
    )
    gateway, whole = (statistics.median(sizes) for sizes in zip(*memory, strict=True))
    print(
        f"{'':<10} idle memory: gateway {gateway:.1f} MB resident"
        f"{judged(f'at most {MEMORY_GOAL:g} MB', gateway <= MEMORY_GOAL)}"
        f"   all but the engines {whole:.1f} MB, pages that several share counted once",
        flush=True,
    )


def memory_of(pid: int) -> tuple[float, float]:
    """Megabytes: resident of the median gateway below a process, and of all that is there but the engines."""
    if not Path("/proc").is_dir():
        return float("nan"), float("nan")
    gateways, whole = [], 0.0
    for one in descendants(pid):
        command = Path(f"/proc/{one}/cmdline").read_bytes()
        if not command.startswith(os.fsencode(find_server().path)):
            whole += megabytes(one, "Pss")
        if b"data_plane" in command:
            gateways.append(megabytes(one, "Rss"))
    return statistics.median(gateways), whole


def megabytes(pid: int, what: str) -> float:
    """A figure of a process's memory: ``Rss``, or ``Pss``, where pages that several share are shared out."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return int(rollup.partition(f"\n{what}:")[2].split()[0]) / 1024


def descendants(pid: int) -> Iterator[int]:
    """A process, its children and theirs."""
    yield pid
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            yield from descendants(int(child))


# Speed


class Speed(NamedTuple):
    """What a load measured: requests a second, and latency in milliseconds."""

    rate: float
    p50: float
    p99: float


def load(port: int, command: str, pipeline: int, ca: str) -> Speed:
    """50 connections, values of 100 bytes."""
    requests = REQUESTS[pipeline]
    found = shutil.which("redis-benchmark") or shutil.which("valkey-benchmark")
    if not found:
        argv = [sys.executable, str(Path(__file__).with_name("load.py")), str(port), command]
        return Speed(*json.loads(output([*argv, str(pipeline), str(requests), *([ca] if ca else [])])))
    argv = [found, "-p", str(port), "-t", command, "-P", str(pipeline), "-n", str(requests)]
    argv += ["-c", "50", "-d", "100", "--csv", "--precision", "3"]
    argv += ["--tls", "--sni", "localhost", "--cacert", ca] if ca else []
    row = next(csv.DictReader(output(argv).splitlines()))
    return Speed(float(row["rps"]), float(row["p50_latency_ms"]), float(row["p99_latency_ms"]))


def output(argv: list[str]) -> str:
    """What a command prints; a bounded time."""
    done = subprocess.run(argv, check=True, capture_output=True, text=True, timeout=300)
    return done.stdout[done.stdout.find('"test"') if '"test"' in done.stdout else 0 :]


class Way(NamedTuple):
    """A way to a server, with TLS where ``ca`` names the authority's file."""

    name: str
    port: int
    ca: str


def gateway_to(engine: Valkey, files: Certificates, folder: Path) -> GatewayProcess:
    """The gateway of a cache without a user group, its rate metered and limited."""
    snapshot = Snapshot(
        cache_name="bench",
        cache_arn="arn:aws:elasticache:us-east-1:000000000000:serverlesscache:bench",
        region="us-east-1",
        engine="valkey",
        commands=engine.server.commands,
        port=engine.port,
        certificate=str(files.certificate),
        key=str(files.key),
        socket=str(engine.socket),
        admin_name=engine.admin_name,
        admin_password=engine.admin_password,
        node_id=engine.node_id,
        open_default=True,
        ecpu_per_second=ECPU,
    )
    return GatewayProcess(snapshot, log=folder / "gateway.log")


def haproxy(engine: Valkey, files: Certificates, folder: Path) -> tuple[list[str], int]:
    """A command that ends TLS in front of the same engine and looks at nothing, and its port."""
    port, pem = free_port(), folder / "haproxy.pem"
    pem.write_bytes(files.certificate.read_bytes() + files.key.read_bytes())
    config = folder / "haproxy.cfg"
    config.write_text(
        "defaults\n mode tcp\n timeout connect 5s\n timeout client 1m\n timeout server 1m\n"
        f"listen cache\n bind 127.0.0.1:{port} ssl crt {pem}\n server engine unix@{engine.socket}\n"
    )
    return ["haproxy", "-db", "-f", str(config)], port


def native_tls(files: Certificates) -> tuple[list[str], int]:
    """A command that runs a server with TLS of its own, persistent as the engine is, and its port."""
    port = free_port()
    options = {
        "--port": "0",
        "--tls-port": str(port),
        "--tls-cert-file": str(files.certificate),
        "--tls-key-file": str(files.key),
        "--tls-ca-cert-file": str(files.ca),
        "--tls-auth-clients": "no",
        "--appendonly": "yes",
        "--save": "",
    }
    return ["redis-server", *(word for pair in options.items() for word in pair)], port


@contextmanager
def ways(folder: Path) -> Iterator[list[Way]]:
    """Every way to a server that this machine has, the gateway first."""
    import ssl

    files = certificates(folder / "tls")
    ca, tls = str(files.ca), ssl.create_default_context(cafile=files.ca)
    with ExitStack() as stack:
        engine = stack.enter_context(Valkey(folder / "cache", name="bench", port=free_port()))
        engine.set_users({"default": user_rules(OPEN, open_to_all=True)})
        stack.enter_context(gateway_to(engine, files, folder))
        plain = free_port()
        engine.admin.call("CONFIG", "SET", "bind", "127.0.0.1", "port", str(plain))
        found = [Way("gateway", engine.port, ca), Way("plain TCP", plain, "")]
        others: list[tuple[str, Callable[[], tuple[list[str], int]]]] = [
            ("native TLS", lambda: native_tls(files)),
            ("haproxy", lambda: haproxy(engine, files, folder)),
        ]
        for name, command in others:
            argv, port = command()
            if shutil.which(argv[0]) and stack.enter_context(tls_server(argv, folder, port, tls)):
                found.append(Way(name, port, ca))
            else:
                print(f"{name}: skipped, no {argv[0]} that serves TLS", flush=True)
        yield found


@contextmanager
def tls_server(argv: list[str], folder: Path, port: int, tls: Any) -> Iterator[bool]:
    """A server that runs, and whether it answers through TLS."""
    with running(argv, folder) as child:
        while not (ready := answers(port, tls)) and child.poll() is None:
            time.sleep(0.01)
        yield ready


def measure_speed(rounds: int) -> None:
    """Print a line for each way, pipeline and command."""
    with TemporaryDirectory() as name, ways(Path(name)) as found:
        for way in found:
            load(way.port, "set", 16, way.ca)  # warms up, and makes the key
        for pipeline in REQUESTS:
            for command in ("set", "get"):
                speeds: dict[str, list[Speed]] = {way.name: [] for way in found}
                for number in range(rounds):
                    for way in found[number % len(found) :] + found[: number % len(found)]:
                        speeds[way.name].append(load(way.port, command, pipeline, way.ca))
                for way in found:
                    print(line(way.name, command, pipeline, speeds), flush=True)


def line(name: str, command: str, pipeline: int, speeds: dict[str, list[Speed]]) -> str:
    """What was measured of one path, and how the gateway compares with it."""
    rate, p50, p99 = (statistics.median(values) for values in zip(*speeds[name], strict=True))
    text = (
        f"{command.upper()} P{pipeline:<3} {name:<11} {rate:9,.0f}/s   p50 {p50:6.2f} ms   p99 {p99:6.2f} ms"
    )
    if name == "gateway":
        return text
    pairs = zip(speeds["gateway"], speeds[name], strict=True)
    ratio = statistics.median(ours.rate / theirs.rate for ours, theirs in pairs)
    goal = GOALS.get((name, pipeline))
    return f"{text}   gateway / {name} {ratio:.2f}" + (judged(f"{goal:g}", ratio >= goal) if goal else "")


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="one round of each, fewer requests")
    parser.add_argument("--only", choices=["starts", "speed"], help="only this part")
    options = parser.parse_args()
    if options.quick:
        REQUESTS.update({pipeline: requests // 3 for pipeline, requests in REQUESTS.items()})
    if options.only != "speed":
        for caches in (1, 10):
            measure_starts(caches, 1 if options.quick else 5)
    if options.only != "starts":
        measure_speed(1 if options.quick else 5)


if __name__ == "__main__":
    main()
