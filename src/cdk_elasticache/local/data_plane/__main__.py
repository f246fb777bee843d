"""The gateway process: snapshots in on standard input, events out on standard output."""

import asyncio
import json
import os
import sys
from contextlib import suppress
from typing import Any

from .service import Service


def tell(event: dict[str, Any]) -> None:
    """Write an event, a line of JSON."""
    with suppress(BrokenPipeError):  # our owner is gone, and so are we soon
        os.write(1, json.dumps(event).encode() + b"\n")


def main() -> int:
    """Serve until standard input ends, or says so."""
    try:
        import uvloop  # noqa: PLC0415 - it may not be there
    except ImportError:  # an option of the extra "local": faster, otherwise the same
        loop_factory = None
    else:
        loop_factory = uvloop.new_event_loop
    with asyncio.Runner(loop_factory=loop_factory) as runner:
        return runner.run(Service(tell).run())


if __name__ == "__main__":
    sys.exit(main())
