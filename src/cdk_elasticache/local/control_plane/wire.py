"""How others talk to the runtime that holds a state folder: JSON lines over a unix socket that only we may open.

A request is one line, ``{"do": "status"}``; the answer is any number of lines with an ``event``, or an ``entry`` of
the log, and a last one with ``done`` or ``error``.
"""

import json
import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from ...errors import ElastiCacheError
from .. import sockets
from .faults import LocalError
from .state import holder

#: The name of the socket.
SOCKET = "control"


def socket_path(folder: Path) -> Path:
    """Where the runtime of a state folder listens.

    :raises OSError: there is no such folder, or it isn't the caller's own.
    """
    return sockets.find(folder, SOCKET)


def send(file: Any, message: Mapping[str, Any]) -> None:
    """Write one line."""
    file.write(json.dumps(message).encode() + b"\n")
    file.flush()


def error_message(error: BaseException) -> dict[str, Any]:
    """An error as the other side can raise it again."""
    if isinstance(error, ElastiCacheError):
        return {"code": error.code, "message": error.message, "path": error.construct_path}
    if isinstance(error, ImportError):
        remedy = "run pip install 'cdk-elasticache[local]'"
        return {
            "code": "MissingExtra",
            "message": f"the extra local must be installed, got {error}; {remedy}",
            "path": "",
        }
    return {"code": "Unexpected", "message": f"{type(error).__name__}: {error}", "path": ""}


def ask(
    folder: Path, request: Mapping[str, Any], hear: Callable[[Mapping[str, Any]], None] | None = None
) -> Any:
    """Ask the runtime of a state folder, and return what it says at the end.

    :param hear: takes each line before the last. Default: they are dropped.
    :raises LocalError: ``NotRunning``, or what the runtime raised.
    """
    with socket.socket(socket.AF_UNIX) as connection:
        try:
            connection.connect(str(socket_path(folder)))
        except OSError:
            raise not_running(folder) from None
        # An OSError: it ended while we talked.
        with suppress(OSError), connection.makefile("rwb") as file:
            send(file, request)
            for line in file:
                answer = json.loads(line)
                if "done" in answer:
                    return answer["done"]
                if "error" in answer:
                    error = answer["error"]
                    raise LocalError(error["code"], error["message"], construct_path=error["path"])
                if hear:
                    hear(answer)
    raise LocalError("NotRunning", f"the runtime of {folder} must answer, but it ended; see its log")


def not_running(folder: Path) -> LocalError:
    """Nobody answers for a state folder."""
    who = holder(folder)
    message = (
        f"the runtime of {folder} must answer, but process {who} that holds it doesn't yet; try again"
        if who
        else f"a runtime must hold {folder}, got none; start it with cdk-elasticache up, or say with "
        "--state where it is"
    )
    return LocalError("NotRunning", message)
