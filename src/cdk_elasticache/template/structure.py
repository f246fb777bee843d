"""What CloudFormation asks of a template whatever its resources are: sections, keys, names, types, and no null.

CloudFormation refuses a key that it doesn't know. So do we where it is surely another's name misspelt. Any other may be
newer than we are, and is a doubt.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
"""

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from ..errors import ElastiCacheError
from .declaration import Place
from .location import Literal, Location
from .parse import Tree, kind
from .resource import Resource
from .stack import Stack

_SECTIONS = (
    *("AWSTemplateFormatVersion", "Conditions", "Description", "Globals", "Hooks", "Mappings", "Metadata"),
    *("Outputs", "Parameters", "Resources", "Rules", "Transform"),
)
_RESOURCE = (
    *(
        "Condition",
        "Connectors",
        "CreationPolicy",
        "DeletionPolicy",
        "DependsOn",
        "IgnoreGlobals",
        "Metadata",
    ),
    *("Properties", "Type", "UpdatePolicy", "UpdateReplacePolicy", "Version"),
)
_PARAMETER = (
    *("AllowedPattern", "AllowedValues", "ConstraintDescription", "Default", "Description", "MaxLength"),
    *("MaxValue", "MinLength", "MinValue", "NoEcho", "Type"),
)
_OUTPUT = ("Condition", "Description", "Export", "Value")

#: The types of ElastiCache.
#: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_ElastiCache.html
TYPES = tuple(
    f"AWS::ElastiCache::{name}"
    for name in (
        *("CacheCluster", "GlobalReplicationGroup", "ParameterGroup", "ReplicationGroup", "SecurityGroup"),
        *("SecurityGroupIngress", "ServerlessCache", "ServerlessCacheSnapshot", "Snapshot", "SubnetGroup"),
        *("User", "UserGroup"),
    )
)
#: How alike two types are of which one is the other misspelt; no two types of AWS's are.
_ALIKE = 0.9


class Mistake(NamedTuple):
    """Something that CloudFormation refuses.

    :param sure: False for what may only be newer than we are.
    """

    place: Place
    error: ElastiCacheError
    sure: bool = True


def nearest_key(name: str, known: Collection[str]) -> str:
    """The key that a name surely is misspelt from; ``""`` where it is like none."""
    from difflib import get_close_matches

    lower = {key.lower(): key for key in known}
    return lower.get(next(iter(get_close_matches(name.lower(), lower, n=1, cutoff=0.8)), ""), "")


def mistakes_in_structure(stack: Stack) -> Iterator[Mistake]:
    """Every mistake of a stack's template that isn't one of a property."""
    template = stack.source.template
    here = Place(stack=stack.name, logical_id="")
    yield from _unknown_keys(template, _SECTIONS, Location(stack.name), here, "a section")
    for section, keys, needed in (("Parameters", _PARAMETER, "Type"), ("Outputs", _OUTPUT, "Value")):
        for name, body in stack.section(section).items():
            at, place = Location(stack.name, f"{section}.{name}"), here._replace(logical_id=name)
            yield from _bad_name(name, at, place)
            yield from _unknown_keys(body, keys, at, place, f"a key of {section}")
            if isinstance(body, dict) and needed not in body:
                got = Literal(kind(body))
                yield Mistake(place, at.refuse("InvalidTemplate", f"be an object with a {needed}", got))
    for logical_id, body in stack.bodies.items():
        resource = Resource(stack, logical_id, body)
        at, place = resource.location, resource.place
        yield from _bad_name(logical_id, Location(stack.name, f"Resources.{logical_id}"), place)
        yield from _unknown_keys(body, _RESOURCE, at, place, "a key of a resource")
        yield from _bad_type(resource)
        yield from _nulls(body, at, place, sure=not resource.type.startswith("AWS::Serverless::"))
    for section in template:
        if section != "Resources":
            yield from _nulls(
                template[section], Location(stack.name, section), here, sure=section != "Metadata"
            )


def _unknown_keys(
    tree: Tree, known: Collection[str], location: Location, place: Place, what: str
) -> Iterator[Mistake]:
    for name in tree if isinstance(tree, dict) else ():
        if name not in known:
            near = nearest_key(name, known)
            remedy = f"did you mean {near}?" if near else "CloudFormation refuses what it doesn't know"
            error = location.key(name).refuse(
                "InvalidTemplate", f"be {what} that CloudFormation has", Literal(name), remedy
            )
            yield Mistake(place, error, sure=bool(near))


def _bad_name(name: str, location: Location, place: Place) -> Iterator[Mistake]:
    if not (name.isascii() and name.isalnum()):
        rule = "be named with ASCII letters and digits alone"
        yield Mistake(place, location.refuse("InvalidTemplate", rule, Literal(repr(name))))


def _bad_type(resource: Resource) -> Iterator[Mistake]:
    near = nearest_type(resource.type)
    if near or (resource.type.startswith("AWS::ElastiCache::") and resource.type not in TYPES):
        remedy = f"did you mean {near}?" if near else "CloudFormation refuses what it doesn't know"
        at = resource.location.key("Type")
        error = at.refuse("UnknownType", "be a type that CloudFormation has", Literal(resource.type), remedy)
        yield Mistake(resource.place, error, sure=bool(near))


def nearest_type(type_: str) -> str:
    """The type of ElastiCache's that a type surely is misspelt from; ``""`` where it is none of them."""
    lower = type_.lower()
    if type_ in TYPES or not lower.startswith("aws") or not ("elast" in lower or "cache" in lower):
        return ""  # most types, for which nothing has to be imported
    from difflib import get_close_matches

    known = {name.lower(): name for name in TYPES}
    return known.get(next(iter(get_close_matches(lower, known, n=1, cutoff=_ALIKE)), ""), "")


def _nulls(tree: Tree, location: Location, place: Place, *, sure: bool) -> Iterator[Mistake]:
    """Every null within a tree. CloudFormation isn't known to look into metadata."""
    if not _holds_null(tree):
        return
    if tree is None:
        yield Mistake(place, location.null(), sure)
    elif isinstance(tree, Mapping):
        for name, member in tree.items():
            metadata = name == "Metadata" and not location.path
            yield from _nulls(member, location.key(name), place, sure=sure and not metadata)
    elif isinstance(tree, list):
        for index, item in enumerate(tree):
            yield from _nulls(item, location.item(index), place, sure=sure)


def _holds_null(tree: Tree) -> bool:
    """Whether there is a null in a tree: most have none, and places take ten times as long."""
    trees = [tree]
    while trees:
        one = trees.pop()
        if one is None:
            return True
        if isinstance(one, dict):
            trees += one.values()
        elif isinstance(one, list):
            trees += one
    return False
