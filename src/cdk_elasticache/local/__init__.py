"""RUN: bring up what a template declares, on this machine. Never imports aws_cdk or the constructs."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .running import Cache as Cache
    from .running import Local as Local
    from .running import run as run

__all__ = ["Cache", "Local", "run"]


def __getattr__(name: str) -> object:
    # The gateway's process imports this package too, and must stay small.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from . import running  # noqa: PLC0415

    return getattr(running, name)
