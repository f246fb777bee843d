"""Carry a plan out as CloudFormation would: in order, independent actions at once, back where one fails.

What an action does is the :class:`World`'s business; this file knows only order, events and the way back. Deletes
come last, when nothing can call for them any more, so that a rollback always finds the data of before.
"""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import NamedTuple, Protocol

from ...errors import ElastiCacheError
from .plan import Action
from .resources import TYPES

#: Actions at once. Most of the time of each is a server's start.
_AT_ONCE = 8
_WORDS = {"create": "CREATE", "update": "UPDATE", "replace": "UPDATE", "delete": "DELETE"}


class Event(NamedTuple):
    """A line of CloudFormation's events.

    :param status: such as ``CREATE_IN_PROGRESS``.
    :param type: such as ``AWS::ElastiCache::User``.
    :param name: the physical id.
    :param reason: why, in a few words; ``""`` where it needs none.
    """

    status: str
    type: str
    stack: str
    logical_id: str
    name: str
    reason: str = ""

    def __str__(self) -> str:
        reason = f" | {self.reason}" if self.reason else ""
        return f"{self.stack} | {self.status:<27} | {self.type} | {self.logical_id} ({self.name}){reason}"


Say = Callable[[Event], None]


class World(Protocol):
    """What actions act on. Both methods are called from several threads."""

    def do(self, action: Action) -> None:
        """Do it, or raise."""

    def undo(self, action: Action) -> None:
        """Put back what was before, whether :meth:`do` came to its end or not."""


def carry_out(changes: Sequence[Action], world: World, say: Say) -> None:
    """Make all of a plan's changes, or none.

    :raises ElastiCacheError: why they were rolled back.
    """
    done, failure = _run(changes, world.do, say)
    if failure:
        for action in reversed(done):
            _undo(action, world, say)
        raise failure


def clean_up(deletes: Sequence[Action], world: World, say: Say) -> None:
    """Delete what a plan no longer has, after its changes. There is no way back, as in CloudFormation.

    :raises ElastiCacheError: why a delete failed.
    """
    _, failure = _run(deletes, world.do, say)
    if failure:
        raise failure


def _run(
    actions: Sequence[Action], do: Callable[[Action], None], say: Say
) -> tuple[list[Action], BaseException | None]:
    """What was begun, in that order, and the first failure. After one, nothing more is begun."""
    begun: list[Action] = []
    failure: BaseException | None = None
    waiting, finished = list(actions), set[str]()
    running: dict[Future[None], Action] = {}
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="action") as pool:
        while running or (waiting and not failure):
            for action in _ready(waiting, finished) if not failure else ():
                waiting.remove(action)
                begun.append(action)
                say(_event(action, "IN_PROGRESS", _why(action)))
                running[pool.submit(do, action)] = action
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                action = running.pop(future)
                error = future.exception()
                finished.add(action.resource.arn)
                failure = failure or error
                say(_event(action, "FAILED" if error else "COMPLETE", _text(error) if error else ""))
    return begun, failure


def _ready(waiting: Iterable[Action], finished: set[str]) -> list[Action]:
    return [action for action in waiting if finished.issuperset(action.after)]


def _undo(action: Action, world: World, say: Say) -> None:
    """Go back one step. A step that can't be gone back is said, and the others are gone back all the same."""
    word = "DELETE" if action.verb == "create" else "UPDATE_ROLLBACK"
    try:
        world.undo(action)
    except Exception as error:  # the first failure is the one to raise
        say(_event(action, "FAILED", _text(error), word))
    else:
        say(_event(action, "COMPLETE", "", word))


def _event(action: Action, state: str, reason: str, word: str = "") -> Event:
    one = action.resource
    status = f"{word or _WORDS[action.verb]}_{state}"
    return Event(status, TYPES[one.kind], one.stack, one.logical_id, one.name, reason)


def _why(action: Action) -> str:
    if action.verb == "replace":
        return f"a change of {', '.join(action.changed)} needs a new resource, whose data starts empty"
    return f"changes {', '.join(action.changed)}" if action.changed else ""


def _text(error: BaseException) -> str:
    return error.message if isinstance(error, ElastiCacheError) else f"{type(error).__name__}: {error}"
