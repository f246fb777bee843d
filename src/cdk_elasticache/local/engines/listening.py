"""On which TCP ports a process listens, as the system tells it."""

import os
import socket
import struct
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_LISTEN = "0A"  # the state's number in /proc/net/tcp


def tcp_listeners(pid: int) -> list[str]:
    """Addresses with ports, such as ``127.0.0.1:6379`` and ``[::]:6379``, in order; none where the process is gone.

    Linux: what /proc tells, https://man7.org/linux/man-pages/man5/proc_pid_net.5.html. Elsewhere: what lsof tells,
    which macOS brings.

    :raises OSError: the system doesn't tell.
    """
    return sorted(_of_proc(pid) if Path("/proc/self/net/tcp").exists() else of_lsof(pid))


def _of_proc(pid: int) -> Iterator[str]:
    process = Path(f"/proc/{pid}")
    with suppress(FileNotFoundError, ProcessLookupError):
        sockets = {_link(file) for file in (process / "fd").iterdir()}
        for table, family in (("tcp", socket.AF_INET), ("tcp6", socket.AF_INET6)):
            with suppress(FileNotFoundError):  # no IPv6
                for row in (process / "net" / table).read_text().splitlines()[1:]:
                    _, local, _, state, *_, inode = row.split()[:10]
                    if state == _LISTEN and f"socket:[{inode}]" in sockets:
                        yield _address(local, family)


def _link(file: Path) -> str:
    with suppress(OSError):  # closed meanwhile
        return str(file.readlink())
    return ""


def _address(text: str, family: socket.AddressFamily) -> str:
    """``0100007F:18EB`` is ``127.0.0.1:6379``: the words of the address are in the machine's own byte order."""
    host, port = text.split(":")
    words = [int(host[at : at + 8], 16) for at in range(0, len(host), 8)]
    shown = socket.inet_ntop(family, struct.pack(f"={len(words)}I", *words))
    return f"{f'[{shown}]' if family == socket.AF_INET6 else shown}:{int(port, 16)}"


def of_lsof(pid: int) -> list[str]:
    """What lsof tells: every address is ``*``."""
    command = ["lsof", "-nP", "-a", "-p", str(pid), "-iTCP", "-sTCP:LISTEN", "-Fn"]
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin"])
    told = subprocess.run(  # noqa: S603
        command, env={"PATH": path}, capture_output=True, text=True, timeout=10, check=False
    )
    return [line[1:] for line in told.stdout.splitlines() if line.startswith("n")]
