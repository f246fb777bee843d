"""How long the command line takes beside a bare Python start: ``python benchmarks/cli.py``.

The goal is a ratio of at most 4 to ``python -c pass``. Runs alternate, so that a busy machine slows both.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

RUNS = 25

NOTHING = [sys.executable, "-c", "pass"]
CLI = [sys.executable, "-m", "cdk_elasticache"]
COMMANDS = {
    "explain": [*CLI, "explain", "on ~app:* +@read -@dangerous"],
    "explain --allows": [*CLI, "explain", "on ~app:* +@read", "--allows", "GET", "app:1"],
    "explain --json": [*CLI, "explain", "on ~app:* +@read", "--json"],
    "check": [*CLI, "check", "users.json"],
}
#: What ``check`` reads: a hundred users.
TEMPLATE = {
    "Resources": {
        f"User{number}": {
            "Type": "AWS::ElastiCache::User",
            "Properties": {
                "UserId": f"user-{number}",
                "UserName": f"user-{number}",
                "Engine": "valkey",
                "AccessString": f"on ~app{number}:* -@all +@read",
                "AuthenticationMode": {"Type": "iam"},
            },
        }
        for number in range(100)
    }
}


#: An installed package is compiled; a checkout must be allowed to be.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def seconds(argv: list[str], folder: str) -> float:
    """One run, from start to end."""
    start = time.perf_counter()
    subprocess.run(argv, check=True, stdout=subprocess.DEVNULL, env=ENVIRONMENT, cwd=folder)
    return time.perf_counter() - start


def main() -> None:
    """Print a line a command."""
    with TemporaryDirectory() as folder:
        Path(folder, "users.json").write_text(json.dumps(TEMPLATE))
        for name, argv in COMMANDS.items():
            seconds(argv, folder)  # compiles what is not compiled yet
            pairs = [(seconds(NOTHING, folder), seconds(argv, folder)) for _ in range(RUNS)]
            ratio = median(ours / bare for bare, ours in pairs)
            bare, ours = (median(times) * 1000 for times in zip(*pairs, strict=True))
            print(f"{name:<18}{ours:6.1f} ms   python -c pass {bare:5.1f} ms   ratio {ratio:4.1f}")


if __name__ == "__main__":
    main()
