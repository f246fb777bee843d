"""``cdk-elasticache down``: stop what runs."""

from cdk_elasticache.cli.output import say
from cdk_elasticache.cli.runtime import add_state, state_folder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from pathlib import Path

EXAMPLE = """\
examples:
  cdk-elasticache down             the data stay; up brings them back
  cdk-elasticache down --delete    and nothing stays
"""


def add_arguments(parser: "ArgumentParser") -> None:
    """Add what ``down`` takes."""
    add_state(parser)
    parser.add_argument("--delete", action="store_true", help="remove the data and the state folder")


def run(options: "Namespace") -> int:
    """Stop the runtime, and wait for its end.

    :raises LocalError: ``NotRunning`` where there is nothing to stop and nothing to delete.
    """
    from cdk_elasticache.local.control_plane import wire  # noqa: PLC0415
    from cdk_elasticache.local.control_plane.state import holder, wait_free  # noqa: PLC0415

    folder = state_folder(options)
    if holder(folder) is not None:
        wire.ask(folder, {"do": "stop"})
        wait_free(folder)
        say(f"stopped; the data stay in {folder}" if not options.delete else "stopped")
    elif not options.delete:
        raise wire.not_running(folder)
    if options.delete:
        _delete(folder)
        _remove_link(options.state)
    return 0


def _remove_link(named: str | None) -> None:
    """Where the folder was named by a link, the link goes with it."""
    from pathlib import Path  # noqa: PLC0415

    if named and Path(named).is_symlink() and not Path(named).exists():
        Path(named).unlink()


def _delete(folder: "Path") -> None:
    """Remove what is ours of a state folder, and the folder where nothing else is in it."""
    from cdk_elasticache.local.control_plane.faults import LocalError  # noqa: PLC0415
    from cdk_elasticache.local.control_plane.folder import is_ours, remove  # noqa: PLC0415

    if not is_ours(folder):
        message = f"a state folder must be at {folder}, got none; nothing was removed"
        raise LocalError("NothingDeclared", message)
    left = remove(folder)
    say(f"removed {folder}" if not left else f"removed the state in {folder}, not {', '.join(left)}")
