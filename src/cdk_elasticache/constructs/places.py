"""Where in the construct tree something is, asked of Node once and remembered.

A construct never moves, so what is above it stays true as long as the object lives. It may be removed, though.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar, cast
from weakref import ref

from aws_cdk import Annotations, Stack
from constructs import Construct, IConstruct

from ..errors import ArgumentTypeError, ElastiCacheError, ValidationError, mask_text
from ..model.doubts import Doubt
from .tokens import known

T = TypeVar("T")


class Memory(Generic[T]):
    """What was found out about objects, as long as they live. By identity: a class of an app may have no hash."""

    def __init__(self) -> None:
        self._found: dict[int, tuple[ref[object], T]] = {}

    def get(self, it: object) -> T | None:
        """Give what was found out about an object."""
        found = self._found.get(id(it))
        return None if found is None else found[1]

    def set(self, it: object, value: T) -> T:
        """Remember something about an object, and give it."""
        key = id(it)
        # Forgotten when the object dies, so before another object can have its identity.
        self._found[key] = (ref(it, lambda _: self._found.pop(key)), value)
        return value


_stacks: Memory[Stack] = Memory()
_above: Memory[list[IConstruct]] = Memory()
_environments: Memory[tuple[str | None, str | None]] = Memory()
_first_of_name: Memory[dict[tuple[str, str], IConstruct]] = Memory()


def stack_of(scope: Construct) -> Stack:
    """The stack that a construct is in."""
    return scope if isinstance(scope, Stack) else _remembered(_stacks, scope, Stack.of)


def environment_of(construct: Construct) -> tuple[str | None, str | None]:
    """Account and region of the stack that a construct is in; ``None`` for one that only deployment tells."""
    return _remembered(
        _environments,
        stack_of(construct),
        lambda stack: (known(cast(Stack, stack).account), known(cast(Stack, stack).region)),
    )


def scopes_of(scope: Construct) -> list[IConstruct]:
    """The construct and all above it, the nearest first."""
    return _remembered(_above, scope, lambda construct: construct.node.scopes[::-1])


def _remembered(memory: Memory[T], key: Construct, ask: Callable[[Construct], T]) -> T:
    found = memory.get(key)
    return memory.set(key, ask(key)) if found is None else found


@contextmanager
def checked(scope: Construct, id: str) -> Iterator[None]:
    """Run the checks of a construct that is still to be made: an error from here carries its path.

    :raises ArgumentTypeError: ``WrongType`` where the scope is no construct, or the id no ``str``.
    :raises ValidationError: ``ScopeOutsideStack``.
    """
    for parameter, value, kind, what in (
        ("scope", scope, Construct, "a construct, such as a Stack"),
        ("id", id, str, "a str"),
    ):
        if not isinstance(value, kind):
            message = f"{parameter} must be {what}, got {value!r}"
            raise ArgumentTypeError("WrongType", message, parameter=parameter, value=value)
    try:
        _check_in_stack(scope)
        yield
    except ElastiCacheError as error:
        error.construct_path = error.construct_path or f"{scope.node.path}/{as_id(id)}".lstrip("/")
        raise


def as_id(text: str) -> str:
    """An id as the CDK keeps it, without asking Node."""
    return text.replace("/", "--")


def _check_in_stack(scope: Construct) -> None:
    try:
        stack_of(scope)
    except RuntimeError as error:
        raise ValidationError(
            "ScopeOutsideStack",
            f"scope must be a Stack, or a construct in one, got {type(scope).__name__}",
            remedy="pass the stack",
            parameter="scope",
            value=scope,
        ) from error


@contextmanager
def at(construct: IConstruct) -> Iterator[None]:
    """Run the checks of a call on a construct: an error from here carries its path."""
    try:
        yield
    except ElastiCacheError as error:
        error.construct_path = error.construct_path or construct.node.path
        raise


@contextmanager
def creation(id: str) -> Iterator[None]:
    """Turn the CDK's refusal of a construct's id into an error of ours.

    :raises ValidationError: ``ConstructIdRefused``.
    """
    try:
        yield
    except RuntimeError as error:
        raise ValidationError(
            "ConstructIdRefused",
            f"id must be new and valid within its scope, got {id!r}; the CDK says: {error}",
            parameter="id",
            value=id,
        ) from error


def warn(construct: Construct, doubts: Iterable[Doubt]) -> None:
    """Attach each doubt to a construct, as a warning that can be acknowledged by its id."""
    for doubt in doubts:
        Annotations.of(construct).add_warning_v2(f"cdk-elasticache:{doubt.id}", mask_text(doubt.message))


def doubts_about_twins(construct: Construct, stack: Stack, parameter: str, name: str) -> Iterator[Doubt]:
    """Tell of a name that another resource of the same kind has in this stack.

    :param parameter: what the name is called; names are compared within it, in lower case, as AWS stores them.
    """
    names = _first_of_name.get(stack)
    if names is None:
        names = _first_of_name.set(stack, {})
    first = names.setdefault((parameter, name.lower()), construct)
    if first is not construct and not _is_in_tree(first):
        first = names[parameter, name.lower()] = construct
    if first is not construct:
        yield Doubt(
            "DuplicateName",
            f"{parameter} should be unique in a region, got {name!r}, which {first.node.path} has too",
            "AWS refuses the second",
        )


def _is_in_tree(construct: IConstruct) -> bool:
    """Whether neither the construct nor what it is in was removed."""
    root, *below = construct.node.scopes
    found: IConstruct | None = root
    for scope in below:
        found = None if found is None else found.node.try_find_child(scope.node.id)
    return found is construct
