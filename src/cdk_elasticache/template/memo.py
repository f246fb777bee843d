"""Answers that are worked out once, when first asked for, and that may not depend on themselves."""

from collections.abc import Callable
from typing import TypeVar

from .location import Literal, Location

_T = TypeVar("_T")
_OPEN = object()  # in the place of an answer that is being worked out


class Memo:
    """Answers by what they are about."""

    def __init__(self) -> None:
        self._memo: dict[tuple[str, str], object] = {}

    def once(self, what: str, name: str, location: Location, work: Callable[[], _T]) -> _T:
        """The answer to ``what`` about ``name``, worked out at the first time.

        :raises TemplateError: ``CircularReference`` where the answer depends on itself.
        """
        known = self._memo.get((what, name))
        if known is _OPEN:
            raise location.refuse(
                "CircularReference", "not depend on itself", Literal(f"{what} {name}, which does")
            )
        if (what, name) not in self._memo:
            self._memo[what, name] = _OPEN
            try:
                self._memo[what, name] = work()
            except BaseException:
                del self._memo[what, name]
                raise
        return self._memo[what, name]  # type: ignore[return-value]
