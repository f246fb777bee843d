"""Frozen values without ``dataclasses``, whose import costs as much as half a Python start."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn


class Record:
    """A value that is equal to another of its class with the same slots, and never changes."""

    __slots__: tuple[str, ...] = ()

    def _fill(self, **values: object) -> None:
        """Set every slot, once, from ``__init__``."""
        for name, value in values.items():
            object.__setattr__(self, name, value)

    def _values(self) -> tuple[object, ...]:
        return tuple(getattr(self, name) for name in self.__slots__)

    def __setattr__(self, name: str, value: object) -> "NoReturn":
        raise AttributeError(f"{type(self).__name__} is frozen: {name} cannot be set")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, type(self)) and self._values() == other._values()

    def __hash__(self) -> int:
        return hash(self._values())

    def __repr__(self) -> str:
        fields = ", ".join(f"{name.lstrip('_')}={getattr(self, name)!r}" for name in self.__slots__)
        return f"{type(self).__name__}({fields})"

    def __reduce__(self) -> tuple[object, ...]:
        """Make a copy as the original was made: from its values."""
        return type(self), self._values()
