"""From templates to what they declare: the one way in for a bundle that has been read. Pure."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from ..errors import ElastiCacheError, TemplateError
from ..model.doubts import Doubt
from ..model.engines import CacheEngine
from ..model.references import doubts_about_references
from . import attributes, identities, networks, rules
from .bundle import Bundle
from .circles import refuse_circles
from .declaration import Cache, Declaration, NotJudged, Output, Place, Snapshot, User, UserGroup
from .dynamic_references import Confidential
from .environment import as_text
from .inputs import LACKING, Inputs
from .location import Literal, Location, nearest
from .parse import Tree
from .placeholders import Placeholder
from .resource import Refuse, Resource, raise_it
from .schema import SCHEMAS, unknown_properties
from .stack import Stack
from .stacks import Stacks
from .structure import TYPES, Mistake, mistakes_in_structure

_T = TypeVar("_T")


def declare(
    bundle: Bundle, inputs: Inputs | None = None, *, only: Collection[str] = (), refuse: Refuse = raise_it
) -> Declaration:
    """Resolve what the stacks of a bundle declare.

    :param inputs: values that the templates don't hold. Default: none.
    :param only: names of stacks to take, as CloudFormation or as the CDK has them (``Prod/Shop``), with those
        they depend on. Default: all of them.
    :param refuse: what to do about an error of one resource or output; the reading goes on without it.
        Default: raise it.
    :raises TemplateError: what can't be resolved.
    :raises ValidationError: what ElastiCache would refuse.
    """
    refuse = _once(refuse)
    stacks = Stacks(bundle, inputs or Inputs(), refuse)
    chosen = _chosen(stacks, only)
    every = [below for stack in chosen for below in stacks.below(stack, refuse)]
    reading = _Reading(every, refuse)
    for stack in every:
        reading.tell(mistakes_in_structure(stack))
        refuse_circles(stack, refuse)
    # In this order each comes after what it refers to, so that an error is told first where it is.
    users = reading.each("AWS::ElastiCache::User", _user)
    groups = reading.each("AWS::ElastiCache::UserGroup", _group)
    caches = reading.each("AWS::ElastiCache::ServerlessCache", _cache)
    _make_secrets(stacks, users, refuse)
    declared = Declaration(
        caches=caches,
        users=users,
        groups=groups,
        snapshots=reading.each("AWS::ElastiCache::ServerlessCacheSnapshot", _snapshot),
        security_groups=networks.security_groups(
            every, {one for cache in caches for one in cache.security_group_ids}, refuse
        ),
        principals=identities.principals(every, refuse),
        outputs=tuple(_outputs(chosen, refuse, reading.notes.append)),
        stacks=tuple((stack.name, stack.account, stack.region) for stack in chosen),
    )
    declared = declared._replace(secrets=tuple(stacks.secrets.used.values()))
    for place, error in rules.broken_together(declared, sure=stacks.inputs.guess):
        error.construct_path = error.construct_path or str(place)
        refuse(error, place)
    others = _about_others(stacks, every)
    return declared._replace(
        notes=(*bundle.notes, *reading.notes, *others, *_made_up(stacks), *_unasked(stacks)),
        doubtful=(*reading.doubtful, *rules.doubtful(declared)),
        doubts=tuple(reading.doubts),
        not_judged=tuple(_not_judged(stacks, every)),
        counts={name: reading.counts[kind] for name, kind in _COUNTED.items()},
    )


class _Reading:
    """The resources of some stacks as they are read, and what is told on the way beside errors."""

    def __init__(self, stacks: Sequence[Stack], refuse: Refuse) -> None:
        self.notes: list[str] = []
        self.doubtful: list[tuple[Place, ElastiCacheError]] = []
        self.doubts: list[tuple[Place, Doubt]] = []
        self.counts: Counter[str] = Counter()  #: by type, broken ones included
        self._stacks, self._refuse = stacks, refuse

    def tell(self, mistakes: Iterable[Mistake]) -> None:
        """Refuse what is surely a mistake, and keep the rest as doubtful."""
        for place, error, sure in mistakes:
            if sure:
                self._refuse(error, place)
            else:
                self.doubtful.append((place, error))

    def each(self, kind: str, build: Callable[[Resource], _T]) -> tuple[_T, ...]:
        """Build what there is of a type, as far as it can be."""

        def refuse(error: ElastiCacheError, place: Place) -> None:
            self.counts[kind] += 1
            self._refuse(error, place)

        def shaped(resource: Resource) -> _T:
            self.counts[kind] += 1
            self._look_at(resource)
            return build(resource)

        found = (resource for stack in self._stacks for resource in stack.resources({kind}, refuse))
        return tuple(_built(found, shaped, self._refuse))

    def _look_at(self, resource: Resource) -> None:
        """Tell what is odd about its properties, whatever type it is of."""
        resource.attempt(lambda: self.tell(unknown_properties(resource)))
        resource.attempt(lambda: self.tell(_about_tags(resource)))
        found = _about_references(resource.body.get("Properties"), Location("", "Properties"))
        self.doubts.extend((resource.place, doubt) for doubt in found)


#: What is counted, by its name in the answer of ``check``.
_COUNTED = {
    "caches": "AWS::ElastiCache::ServerlessCache",
    "users": "AWS::ElastiCache::User",
    "groups": "AWS::ElastiCache::UserGroup",
}


def _not_judged(stacks: Stacks, every: Iterable[Stack]) -> Iterator[NotJudged]:
    """What of ElastiCache's resources nobody could judge."""
    places = {stack.name: Place(stack=stack.name, logical_id="") for stack in every} | {
        resource.location.owner: resource.place
        for stack in every
        for logical_id, body in stack.bodies.items()
        if body["Type"] in SCHEMAS
        for resource in [Resource(stack, logical_id, body)]
    }
    order = {owner: index for index, owner in enumerate(places)}
    ours = [(owner, path, reason) for (owner, path), reason in stacks.not_judged.items() if owner in places]
    for owner, path, reason in sorted(ours, key=lambda one: order[one[0]]):
        yield NotJudged(places[owner], path, reason)
    for resource, reason in _beyond(stacks, every):
        yield NotJudged(resource.place, "", reason)


def outputs(bundle: Bundle, inputs: Inputs, *, only: Collection[str] = ()) -> tuple[Output, ...]:
    """The outputs alone: for when the endpoints are known, which the declaration only guesses.

    :raises TemplateError: what can't be resolved.
    """
    return tuple(_outputs(_chosen(Stacks(bundle, inputs), only), raise_it, str))


def _chosen(stacks: Stacks, only: Collection[str]) -> list[Stack]:
    names = [stack.name for stack in stacks.top]
    displayed = {stack.source.display_name or stack.name: stack.name for stack in stacks.top}
    for name in only:
        if name not in names and name not in displayed:
            remedy = nearest(name, names) or f"there are {', '.join(names)}"
            raise TemplateError(
                "UnknownStack", f"stack must be one of the source, got {name!r}", remedy=remedy
            )
    wanted = {displayed.get(name, name) for name in only or names}
    # Once over for each stack is enough for the longest chain of dependencies.
    for _ in names:
        wanted |= {name for stack in stacks.top if stack.name in wanted for name in stack.source.depends_on}
    return [stack for stack in stacks.top if stack.name in wanted]


def _built(resources: Iterable[Resource], build: Callable[[Resource], _T], refuse: Refuse) -> Iterator[_T]:
    for found in resources:
        resource = found.reporting(refuse)
        try:
            yield build(resource)
        except ElastiCacheError as error:
            resource.report(error)


def _once(refuse: Refuse) -> Refuse:
    """Tell an error once, however many resources refer to where it is."""
    told: set[tuple[str, str]] = set()

    def tell(error: ElastiCacheError, place: Place) -> None:
        key = (error.construct_path, error.message)
        if key not in told:
            refuse(error, place)
            told.add(key)

    return tell


def _cache(resource: Resource) -> Cache:
    own = resource.properties
    network = own.unused()  # one machine has no subnets and no keys
    limits = own.object("CacheUsageLimits")
    storage = limits.object("DataStorage") if limits else None
    rate = limits.object("ECPUPerSecond") if limits else None
    if storage:
        unit = storage.required("Unit")
        resource.attempt(lambda: rules.check_storage_unit(unit))
    cache = Cache(
        place=resource.full_place,
        name=own.required("ServerlessCacheName"),
        arn=attributes.elasticache_arn(resource, "serverlesscache", "ServerlessCacheName"),
        engine=CacheEngine(own.required("Engine"), own.text("MajorEngineVersion")),
        description=own.text("Description"),
        data_storage_minimum=storage.number("Minimum") if storage else None,
        data_storage_maximum=storage.number("Maximum") if storage else None,
        request_rate_minimum=rate.number("Minimum") if rate else None,
        request_rate_maximum=rate.number("Maximum") if rate else None,
        user_group_id=own.text("UserGroupId"),
        security_group_ids=network.texts("SecurityGroupIds") or (),
        subnet_ids=network.texts("SubnetIds") or (),
        kms_key_id=network.text("KmsKeyId"),
        network_type=network.text("NetworkType"),
        connection_type=network.text("ConnectionType"),
        daily_snapshot_time=own.text("DailySnapshotTime"),
        snapshot_retention_limit=own.number("SnapshotRetentionLimit"),
        snapshot_arns_to_restore=own.texts("SnapshotArnsToRestore") or (),
        final_snapshot_name=own.text("FinalSnapshotName"),
        tags=tuple(resource.tags.items()),
    )
    for mistake in rules.mistakes_in_cache(cache):
        resource.report(mistake)
    return cache


def _user(resource: Resource) -> User:
    own = resource.properties
    if isinstance(own.value("AccessString"), bool):
        rule = "be a text, which YAML's on, off, yes and no are not"
        resource.report(
            own.location("AccessString").refuse(
                "InvalidValue", rule, Literal("a boolean"), "put it in quotes"
            )
        )
    # An author may have put a password in here by mistake: `>word`, `#hash`. Then no error shows it.
    suspicious = any(mark in str(own.raw("AccessString")) for mark in "><#!")
    access_string = (own.hidden() if suspicious else own).required("AccessString")
    authentication, passwords = _authentication(resource)
    user = User(
        place=resource.full_place,
        id=own.required("UserId"),
        name=own.required("UserName"),
        arn=attributes.elasticache_arn(resource, "user", "UserId"),
        engine=own.required("Engine"),
        access_string=access_string,
        authentication=authentication,
        passwords=passwords,
        tags=tuple(resource.tags.items()),
    )
    for mistake in rules.mistakes_in_user(user, older="Passwords" in own):
        resource.report(mistake)
    return user


def _authentication(resource: Resource) -> tuple[str, tuple[Confidential, ...]]:
    """How a user logs in: ``AuthenticationMode``, or its older twins ``Passwords`` and ``NoPasswordRequired``."""
    own = resource.properties
    mode = own.object("AuthenticationMode")
    type_ = mode.required("Type") if mode else None
    given = mode.secrets("Passwords") if mode else None
    older = own.secrets("Passwords")
    no_password = own.flag("NoPasswordRequired")
    unknown = [own.unknown(name) for name in ("AuthenticationMode", "NoPasswordRequired", "Passwords")]
    if any(unknown) or (mode and (mode.unknown("Type") or mode.unknown("Passwords"))):
        return Placeholder("unknown"), ()
    try:
        return rules.authentication(type_, given, older, no_password=no_password)
    except ElastiCacheError as error:
        resource.report(error)
        return Placeholder("refused"), ()


def _group(resource: Resource) -> UserGroup:
    own = resource.properties
    group = UserGroup(
        place=resource.full_place,
        id=own.required("UserGroupId"),
        arn=attributes.elasticache_arn(resource, "usergroup", "UserGroupId"),
        engine=own.required("Engine"),
        user_ids=_user_ids(resource),
        tags=tuple(resource.tags.items()),
    )
    for mistake in rules.mistakes_in_group(group):
        resource.report(mistake)
    return group


def _user_ids(resource: Resource) -> tuple[str, ...]:
    own = resource.properties
    found = own.texts("UserIds")
    if found is None and not own.unknown("UserIds"):
        missing = own.raw("UserIds")
        location = own.location("UserIds")
        resource.report(
            location.null()
            if "UserIds" in own and missing is None
            else location.refuse(
                "MissingProperty", "be given", Literal("nothing"), "[] is a group without users"
            )
        )
        return (Placeholder("refused"),)
    return found or ()


def _about_tags(resource: Resource) -> Iterator[Mistake]:
    tags = resource.own_tags
    yield from (Mistake(resource.place, error) for error in rules.mistakes_in_tags(tags))
    yield from (Mistake(resource.place, error, sure=False) for error in rules.doubts_about_tags(tags))


def _about_references(tree: Tree, location: Location) -> Iterator[Doubt]:
    """What is doubtful about the dynamic references within a value."""
    if isinstance(tree, str):
        yield from doubts_about_references(location.path, tree)
    elif isinstance(tree, dict):
        for name, member in tree.items():
            yield from _about_references(member, location.key(name))
    elif isinstance(tree, list):
        for index, item in enumerate(tree):
            yield from _about_references(item, location.item(index))


def _snapshot(resource: Resource) -> Snapshot:
    own = resource.properties
    return Snapshot(
        place=resource.full_place,
        name=own.required("ServerlessCacheSnapshotName"),
        arn=attributes.elasticache_arn(resource, "serverlesscachesnapshot", "ServerlessCacheSnapshotName"),
        cache_name=own.required("ServerlessCacheName"),
        kms_key_id=own.text("KmsKeyId"),
        tags=tuple(resource.tags.items()),
    )


def _make_secrets(stacks: Stacks, users: Iterable[User], refuse: Refuse) -> None:
    """Give the secrets behind passwords their values. Others get theirs when something is made of them."""
    references = (one for user in users for password in user.passwords for one in password.references)
    for id_ in dict.fromkeys(one.id for one in references if one.service == "secretsmanager"):
        resource = stacks.secrets.secret(id_)
        if resource:
            tuple(_built([resource], stacks.secrets.value, refuse))


def _outputs(stacks: Iterable[Stack], refuse: Refuse, note: Callable[[str], object]) -> Iterator[Output]:
    for stack in stacks:
        for key, body in stack.section("Outputs").items():
            location = Location(stack.name, f"Outputs.{key}")
            try:
                if isinstance(body, dict) and stack.has(body, location) is False:
                    continue
                description = (
                    as_text(body.get("Description", ""), location, body) if isinstance(body, dict) else ""
                )
                yield Output(
                    stack=stack.name, key=key, value=stack.output(key, location), description=description
                )
            except TemplateError as error:
                if error.code in LACKING:  # nobody has to give what only an output shows
                    note(f"output {key} of stack {stack.name} isn't known here: {error.problem}")
                else:
                    refuse(error, Place(stack=stack.name, logical_id=key))


def _beyond(stacks: Stacks, every: Iterable[Stack]) -> Iterator[tuple[Resource, str]]:
    """What may declare something of ElastiCache's and isn't looked at, and why."""
    for stack in every:
        for logical_id, body in stack.bodies.items():
            resource = Resource(stack, logical_id, body)
            if resource.location.owner in stacks.absent:
                yield resource, "its template isn't at hand"
            elif resource.type.endswith("::MODULE") or resource.type.startswith("AWS::Serverless::"):
                yield resource, f"only AWS knows what {resource.type} is written out to"
            elif resource.type in TYPES and resource.type not in SCHEMAS:
                yield (
                    resource,
                    f"{resource.type} is none of a serverless cache, whose resources alone are checked",
                )


def _about_others(stacks: Stacks, every: Iterable[Stack]) -> Iterator[str]:
    """A line for each part of the source that isn't read, and for each kind of such parts."""
    for owner, url in stacks.absent.items():
        yield f"{owner}: its template isn't at hand ({Location(owner).show(url)}): what it declares isn't looked at"
    others = Counter(resource.type for resource, _ in _beyond(stacks, every))
    ours = {name: number for name, number in others.items() if name.startswith("AWS::ElastiCache::")}
    made = {
        name: others[name] for name in others if name not in ours and name != "AWS::CloudFormation::Stack"
    }
    if made:
        yield f"only AWS knows what these are written out to, so it isn't looked at: {_counted(made)}"
    if ours:
        yield f"only serverless caches run here, and are checked: not {_counted(ours)}"


def _unasked(stacks: Stacks) -> Iterator[str]:
    for name in stacks.unasked:
        yield f"nothing that was read imports {name}, which --import gives"


def _counted(types: Mapping[str, int]) -> str:
    return ", ".join(f"{name} ({number})" for name, number in sorted(types.items()))


def _made_up(stacks: Stacks) -> Iterator[str]:
    if stacks.made_up:
        counts = _counted(Counter(stacks.made_up.values()))
        yield f"stand-in values for resources that don't run here: {counts}"


__all__ = ["Inputs", "Place", "declare", "outputs", "raise_it"]
