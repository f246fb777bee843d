"""A resource as the template has it: where it is declared, its properties, what is said about its life."""

from collections.abc import Callable, Mapping
from typing import Protocol, TypeVar

from ..errors import ElastiCacheError
from . import functions
from .declaration import Place
from .environment import Environment, as_text
from .location import Literal, Location
from .parse import Tree, kind
from .properties import Properties, Report, raise_error

T = TypeVar("T")

#: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
_DELETION_POLICIES = ("Delete", "Retain", "RetainExceptOnCreate", "Snapshot")

#: Characters of a resource's name in errors: it is copied wherever its properties are told of.
_LONGEST_OWNER = 1_000

#: Takes an error that concerns one resource or output alone, and its place.
Refuse = Callable[[ElastiCacheError, Place], None]


def raise_it(error: ElastiCacheError, place: Place) -> None:
    """Stop at the first error."""
    del place
    raise error


def pass_over(error: ElastiCacheError, place: Place) -> None:
    """Leave out a resource that nobody asked for: its trouble is told when somebody does."""
    del error, place


class Home(Environment, Protocol):
    """The stack that a resource belongs to: what its names are looked up in, and what the stack gives it."""

    @property
    def name(self) -> str:
        """The stack's name."""

    @property
    def top_name(self) -> str:
        """Name of the stack in which it is nested, however deep; its own where it isn't."""

    @property
    def tags(self) -> Mapping[str, str]:
        """Tags that every resource of it gets."""

    @property
    def bodies(self) -> Mapping[str, Tree]:
        """The section ``Resources``."""

    def arn(self, service: str, resource: str, *, region: str | None = None) -> str:
        """An ARN of something in the stack's account; ``region=""`` for a global service."""


class Resource:
    """A resource as the template has it.

    :param condition: name of the condition that may leave it out, where only a deployment decides it.
    :param report: what to do about an error of a property. Default: raise it.
    """

    __slots__ = ("body", "condition", "logical_id", "report", "stack", "type")

    def __init__(
        self,
        stack: Home,
        logical_id: str,
        body: Mapping[str, Tree],
        condition: str = "",
        report: Report = raise_error,
    ) -> None:
        self.stack = stack
        self.logical_id = logical_id
        self.body = body
        self.condition = condition
        self.report = report
        self.type: str = body["Type"]

    def conditional(self) -> "Resource":
        """The same, where only a deployment decides whether its condition lets it be."""
        condition = self.body["Condition"]
        self.stack.not_known(self.location, f"condition {condition} can't be decided, so it may not be there")
        return Resource(self.stack, self.logical_id, self.body, condition, self.report)

    def reporting(self, refuse: Refuse) -> "Resource":
        """The same, whose properties tell their errors one by one, each with this place."""
        told: set[tuple[str, str]] = set()

        def report(error: ElastiCacheError) -> None:
            if (error.code, error.message) in told:
                return  # a property may be read more than once
            # The model's errors know no template: this is where they learn the place.
            error.construct_path = error.construct_path or self.location.owner
            refuse(error, self.place)
            told.add((error.code, error.message))

        return Resource(self.stack, self.logical_id, self.body, self.condition, report)

    def attempt(self, check: Callable[[], None]) -> bool:
        """Hold it against a rule, and say whether it keeps to it; a broken one is reported."""
        try:
            check()
        except ElastiCacheError as error:
            self.report(error)
            return False
        return True

    @property
    def path(self) -> str:
        """The construct's path, which the CDK leaves in the metadata; ``""`` where it didn't."""
        metadata = self.body.get("Metadata")
        path = metadata.get("aws:cdk:path") if isinstance(metadata, dict) else None
        return path if isinstance(path, str) else ""

    @property
    def location(self) -> Location:
        """The place that errors name."""
        return Location((self.path or f"{self.stack.name}.{self.logical_id}")[:_LONGEST_OWNER])

    @property
    def place(self) -> Place:
        """What can be told of it without resolving anything: it may be broken."""
        top = "" if self.stack.top_name == self.stack.name else self.stack.top_name
        return Place(
            stack=self.stack.name,
            logical_id=self.logical_id,
            path=self.path,
            top=top,
            condition=self.condition,
        )

    @property
    def full_place(self) -> Place:
        """Its place, with what the template says about its life."""
        nothing: tuple[str, ...] = ()
        policy, depends_on = self._or(_deletion_policy, "Delete"), self._or(_depends_on, nothing)
        return self.place._replace(deletion_policy=policy, depends_on=depends_on)

    def _or(self, read: "Callable[[Resource], T]", instead: T) -> T:
        try:
            return read(self)
        except ElastiCacheError as error:
            self.report(error)
            return instead

    @property
    def properties(self) -> Properties:
        """Its properties, resolved as they are read."""
        location = self.location.key("Properties")
        tree = self.body.get("Properties")
        if tree is not None and not isinstance(tree, dict):
            raise location.refuse("InvalidTemplate", "be an object", Literal(kind(tree)))
        functions.refuse_stray(tree or {}, location)
        return Properties(self.stack, tree or {}, location, self.report)

    @property
    def tags(self) -> dict[str, str]:
        """Its tags: those of its stack, and its own, which win.

        https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-resource-tags.html
        """
        return {**self.stack.tags, **dict(self.own_tags)}

    @property
    def own_tags(self) -> tuple[tuple[str, str], ...]:
        """The tags that it has itself, a key given twice included."""
        own = self.properties.objects("Tags")
        return tuple((tag.required("Key"), tag.text("Value") or "") for tag in own)


def _deletion_policy(resource: Resource) -> str:
    location = resource.location.key("DeletionPolicy")
    given: Tree = resource.body.get("DeletionPolicy", "Delete")
    policy = as_text(functions.resolve(resource.stack, given, location), location, given)
    if policy not in _DELETION_POLICIES:
        raise location.refuse("InvalidValue", f"be one of {', '.join(_DELETION_POLICIES)}", policy)
    return policy


def _depends_on(resource: Resource) -> tuple[str, ...]:
    given: Tree = resource.body.get("DependsOn", [])
    names = [given] if isinstance(given, str) else given
    for name in names if isinstance(names, list) else [None]:
        if not isinstance(name, str) or name not in resource.stack.bodies:
            location = resource.location.key("DependsOn")
            raise location.refuse("UnresolvedReference", "name resources of the template", given)
    return tuple(names)
