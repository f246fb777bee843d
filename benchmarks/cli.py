"""How long the command line takes beside a bare Python start: ``python benchmarks/cli.py``.

The goal is a ratio of at most 4 to ``python -c pass``. Runs alternate, so that a busy machine slows both.
"""

import os
import subprocess
import sys
import time
from statistics import median

RUNS = 25

NOTHING = [sys.executable, "-c", "pass"]
CLI = [sys.executable, "-m", "cdk_elasticache"]
COMMANDS = {
    "explain": [*CLI, "explain", "on ~app:* +@read -@dangerous"],
    "explain --allows": [*CLI, "explain", "on ~app:* +@read", "--allows", "GET", "app:1"],
    "explain --json": [*CLI, "explain", "on ~app:* +@read", "--json"],
}


#: An installed package is compiled; a checkout must be allowed to be.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def seconds(argv: list[str]) -> float:
    """One run, from start to end."""
    start = time.perf_counter()
    subprocess.run(argv, check=True, stdout=subprocess.DEVNULL, env=ENVIRONMENT)
    return time.perf_counter() - start


def main() -> None:
    """Print a line a command."""
    for name, argv in COMMANDS.items():
        seconds(argv)  # compiles what is not compiled yet
        pairs = [(seconds(NOTHING), seconds(argv)) for _ in range(RUNS)]
        ratio = median(ours / bare for bare, ours in pairs)
        bare, ours = (median(times) * 1000 for times in zip(*pairs, strict=True))
        print(f"{name:<18}{ours:6.1f} ms   python -c pass {bare:5.1f} ms   ratio {ratio:4.1f}")


if __name__ == "__main__":
    main()
