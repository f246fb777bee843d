"""What the commands that need the runtime have in common: where its state is, and how it is named."""

from cdk_elasticache.cli.output import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from pathlib import Path


def add_state(parser: "ArgumentParser") -> None:
    """Add ``--state``."""
    parser.add_argument(
        "--state", metavar="DIR", help="the state folder; default: .cdk-elasticache in this folder"
    )


def state_folder(options: "Namespace") -> "Path":
    """The state folder that is meant."""
    from pathlib import Path  # noqa: PLC0415 (not for --help)

    return named_folder(options.state) if options.state else Path(".cdk-elasticache").absolute()


def named_folder(word: str) -> "Path":
    """The folder that the user names, by a link perhaps: it is only the links of a checkout that lead nowhere."""
    from pathlib import Path  # noqa: PLC0415

    path = Path(word).absolute()
    return path.resolve() if path.is_symlink() else path


def known_folder(options: "Namespace") -> "Path":
    """The state folder, which has to be there.

    :raises LocalError: ``NothingDeclared``.
    """
    from cdk_elasticache.local.control_plane.faults import LocalError  # noqa: PLC0415

    folder = state_folder(options)
    if not (folder / "state.db").exists():
        message = (
            f"a state folder must be at {folder}, got none; run cdk-elasticache up, or name it with --state"
        )
        raise LocalError("NothingDeclared", message, parameter="state", value=str(folder))
    return folder


def print_json(value: object) -> None:
    """Print a value as JSON."""
    import json  # noqa: PLC0415 (slow to import)

    say(json.dumps(value, indent=2))
