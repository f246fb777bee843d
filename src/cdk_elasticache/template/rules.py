"""Hold what a template declares against the model's rules: the template half's one place for that.

An error is what the service certainly refuses; a doubt is what it may refuse, told by ``check`` alone. Made-up
values pass, since nobody knows what AWS will put there.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TypeVar

from ..errors import ElastiCacheError, ValidationError
from ..model import backups, limits, membership, names
from ..model.doubts import Doubt
from ..model.engines import doubts_about_engine
from ..model.membership import Member
from ..model.passwords import mistakes_in_passwords
from .declaration import Cache, Declaration, Place, Policy, Snapshot, User, UserGroup
from .dynamic_references import Confidential
from .placeholders import Placeholder, PlaceholderNumber
from .wording import reword, reworded

PASSWORD, IAM, NO_PASSWORD = "password", "iam", "no-password-required"

_NETWORK_TYPES = ("ipv4", "ipv6", "dual_stack")
_CONNECTION_TYPES = ("vpc", "public")
_Given = TypeVar("_Given", str, tuple[str, str])
_LONGEST_KEY, _LONGEST_VALUE = 128, 256


def mistakes_in_cache(cache: Cache) -> Iterator[ElastiCacheError]:
    """Every reason for which the service refuses a cache, whatever else there is."""
    yield from _mistakes(
        lambda: _known(cache.name, lambda name: names.check_not_empty("serverless_cache_name", name)),
        lambda: _known(cache.description, names.check_description),
        lambda: _known(cache.final_snapshot_name, names.check_backup_name),
        lambda: _known(cache.daily_snapshot_time, _check_daily_time),
        lambda: _known(
            cache.network_type, lambda given: _check_one_of("network_type", given, _NETWORK_TYPES)
        ),
        lambda: _known(
            cache.connection_type, lambda given: _check_one_of("connection_type", given, _CONNECTION_TYPES)
        ),
        *(partial(_known, arn, backups.check_backup_arn) for arn in cache.snapshot_arns_to_restore),
        *(partial(_known, id_, partial(_check_id, "SubnetIds", _SUBNET)) for id_ in cache.subnet_ids),
        *(
            partial(_known, id_, partial(_check_id, "SecurityGroupIds", _SECURITY_GROUP))
            for id_ in cache.security_group_ids
        ),
        partial(_check_given_once, "SubnetIds", cache.subnet_ids),
        partial(_check_given_once, "SecurityGroupIds", cache.security_group_ids),
        partial(_check_given_once, "SnapshotArnsToRestore", cache.snapshot_arns_to_restore),
    )
    sizes = _sure(cache.data_storage_minimum), _sure(cache.data_storage_maximum)
    yield from _mistakes_in_range(limits.check_data_storage, *sizes)
    # Zero is how the API writes "no limit" and "no backups": the constructs want the argument left out instead.
    rates = _sure(cache.request_rate_minimum) or None, _sure(cache.request_rate_maximum) or None
    yield from _mistakes_in_range(limits.check_request_rate, *rates)
    retention = _sure(cache.snapshot_retention_limit)
    if retention:
        yield from _mistakes(partial(limits.check_backup_retention, retention))


def check_storage_unit(unit: str) -> None:
    """Refuse any unit but the one that there is: ``DataStorage.Unit``.

    :raises ValidationError: ``InvalidChoice``.
    """
    for mistake in _mistakes(
        lambda: _known(unit, lambda given: _check_one_of("data_storage_unit", given, ("GB",)))
    ):
        raise mistake


def mistakes_in_user(user: User, *, older: bool = False) -> Iterator[ElastiCacheError]:
    """Every reason for which the service refuses a user, whatever else there is.

    :param older: whether its passwords are in ``Passwords``, the older twin of ``AuthenticationMode.Passwords``.
    """
    if not isinstance(user.access_string, Placeholder):
        yield from map(reword, _mistakes_in_access(user.access_string))
    yield from _mistakes(
        lambda: _known(user.id, lambda own: names.check_identifier("user_id", own)),
        lambda: _known(user.name, lambda name: names.check_not_empty("user_name", name)),
        lambda: _known(user.engine, membership.check_user_engine),
    )
    if user.authentication == PASSWORD:
        literals = [password.literal for password in user.passwords]
        for mistake in map(reword, mistakes_in_passwords(literals)):
            yield _in_older_property(mistake) if older else mistake
    elif user.authentication == IAM:
        check = membership.check_iam_name
        yield from _mistakes(
            lambda: _known(user.id, lambda own: _known(user.name, lambda name: check(own, name)))
        )
    elif user.authentication == NO_PASSWORD:
        yield from _mistakes(lambda: _known(user.engine, membership.check_no_password_engine))


def _in_older_property(mistake: ElastiCacheError) -> ElastiCacheError:
    newer, older = "AuthenticationMode.Passwords", "Passwords"
    mistake.say(mistake.problem.replace(newer, older, 1), mistake.remedy)
    mistake.parameter = mistake.parameter.replace(newer, older)
    return mistake


def mistakes_in_group(group: UserGroup) -> Iterator[ElastiCacheError]:
    """Every reason for which the service refuses a user group, whoever is in it."""
    yield from _mistakes(
        lambda: _known(group.id, lambda own: names.check_identifier("user_group_id", own)),
        lambda: _known(group.engine, membership.check_user_engine),
        *(partial(_known, id_, partial(names.check_identifier, "users")) for id_ in group.user_ids),
    )
    for id_ in _given_twice([id_.lower() for id_ in group.user_ids]):
        twice = ValidationError(
            "DuplicateUserId",
            f"users must differ in user_id, got {id_!r} twice",
            parameter="users",
            value=id_,
        )
        yield reword(twice)


def mistakes_in_tags(tags: Sequence[tuple[str, str]]) -> Iterator[ElastiCacheError]:
    """Every reason for which CloudFormation refuses a resource's own tags.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-elasticache-user-tag.html
    """
    for key, value in tags:
        yield from _mistakes(partial(_known, key, _check_tag_key), partial(_known, value, _check_tag_value))
    for key, _ in _given_twice(tags):
        yield _bad_tag("have keys that differ", f"{key!r} twice", key)


def doubts_about_tags(tags: Sequence[tuple[str, str]]) -> Iterator[ElastiCacheError]:
    """Tell of keys with two values, of which one is lost at best."""
    for key in _given_twice([key for key, _ in dict.fromkeys(tags)]):
        yield _bad_tag("have keys that differ", f"{key!r} with different values", key)


def authentication(
    mode: str | None,
    passwords: Sequence[Confidential] | None,
    older_passwords: Sequence[Confidential] | None,
    *,
    no_password: bool,
) -> tuple[str, tuple[Confidential, ...]]:
    """How a user logs in, from the two ways that ``AWS::ElastiCache::User`` has to say so.

    :param mode: ``AuthenticationMode.Type``.
    :param passwords: ``AuthenticationMode.Passwords``.
    :param older_passwords: ``Passwords``.
    :param no_password: ``NoPasswordRequired``.
    :raises ValidationError: ``InvalidAuthentication`` where they contradict one another, or say nothing.
    """
    given = tuple(passwords or older_passwords or ())
    count = f"{len(given)} password{'' if len(given) == 1 else 's'}"
    if passwords and older_passwords:
        raise _contradiction("give passwords in one place", "Passwords and AuthenticationMode.Passwords")
    if mode is None and not no_password and not given:
        raise _contradiction("say how the user logs in", "nothing")
    kind = mode or (NO_PASSWORD if no_password else PASSWORD)
    if isinstance(kind, Placeholder):
        return kind, given
    for mistake in _mistakes(
        partial(_check_one_of, "authentication_mode", kind, (PASSWORD, NO_PASSWORD, IAM))
    ):
        raise mistake
    if no_password and kind != NO_PASSWORD:
        raise _contradiction(f"not set NoPasswordRequired with the type {kind}", "true")
    if given and kind != PASSWORD:
        raise _contradiction(f"not hold passwords with the type {kind}", count)
    return kind, given


def broken_together(declared: Declaration, *, sure: bool = False) -> Iterator[tuple[Place, ElastiCacheError]]:
    """The errors that two resources make together: names taken twice, wrong members, a wrong group on a cache.

    :param sure: leave out names taken twice by two stacks, which may go to two accounts after all.
    """
    yield from _taken_twice(declared, within_stacks=sure)
    users, groups = _by_id(declared.users), _by_id(declared.groups)
    for group in declared.groups:
        yield from ((group.place, mistake) for mistake in _mistakes_in_members(group, users))
    for cache in declared.caches:
        if cache.user_group_id:
            attached = _nearest(groups, cache.user_group_id, cache)
            mistakes = _mistakes(partial(_check_attached, cache, attached))
            yield from ((cache.place, mistake) for mistake in mistakes)


def doubtful(declared: Declaration) -> Iterator[tuple[Place, ElastiCacheError]]:
    """What AWS takes, and can't be meant: it leaves a cache to everybody, to nobody, or to nobody knows whom."""
    yield from _doubtful_arns(declared)
    for group in declared.groups:
        if not group.user_ids and group.engine == "valkey":
            rule = "Properties.UserIds must name users, got []"
            remedy = "nobody can log in to a cache with this group"
            yield (
                group.place,
                ValidationError(
                    "GroupWithoutUsers", rule, remedy=remedy, parameter="Properties.UserIds", value=[]
                ),
            )
    for cache in declared.caches:
        if cache.user_group_id == "":
            rule = "Properties.UserGroupId must not be empty, got ''"
            remedy = "leave it out for a cache without users, which all may use that reach it"
            yield (
                cache.place,
                ValidationError(
                    "EmptyName", rule, remedy=remedy, parameter="Properties.UserGroupId", value=""
                ),
            )


def _doubtful_arns(declared: Declaration) -> Iterator[tuple[Place, ElastiCacheError]]:
    """ARNs of policies with a wildcard where AWS allows none, so that nobody knows what they match."""
    policies = {
        (policy.place, policy.name): policy
        for principal in declared.principals
        for policy in (*principal.policies, *filter(None, [principal.boundary]))
    }
    if policies:
        from ..model.iam.pattern import (
            has_wildcard_service,
            has_wildcard_type,
        )  # where there is a policy at all

        for policy in policies.values():
            for index, statement in enumerate(policy.document["Statement"]):
                for element in ("Resource", "NotResource"):
                    for arn in _texts(statement.get(element)):
                        if has_wildcard_service(arn) or has_wildcard_type(arn):
                            yield policy.place, _bad_arn(policy, f"Statement[{index}].{element}", arn)


def _texts(value: object) -> list[str]:
    return [text for text in (value if isinstance(value, list) else [value]) if isinstance(text, str)]


def _bad_arn(policy: Policy, where: str, arn: str) -> ElastiCacheError:
    rule = f"{where} must name the service and the resource type without a wildcard in the policy {policy.name!r}"
    return ValidationError(
        "UnsupportedArnWildcard",
        f"{rule}, got {arn!r}",
        remedy="AWS doesn't say what such an ARN matches: write * for every resource, or the type in full",
        parameter=where,
        value=arn,
        construct_path=str(policy.place),
    )


def warnings(declared: Declaration) -> Iterator[tuple[Place, Doubt]]:
    """What is likely a mistake, resource by resource."""
    return ((place, reworded(doubt)) for place, doubt in _doubts(declared))


def _doubts(declared: Declaration) -> Iterator[tuple[Place, Doubt]]:
    yield from declared.doubts
    for cache in declared.caches:
        yield from ((cache.place, doubt) for doubt in _doubts_about_cache(cache))
    for user in declared.users:
        yield from ((user.place, doubt) for doubt in _doubts_about_user(user))
    users = _by_id(declared.users)
    for group in declared.groups:
        members = list(_members(group, users))
        yield from (
            (group.place, doubt) for doubt in names.doubts_about_identifier("user_group_id", group.id)
        )
        yield from ((group.place, doubt) for doubt in membership.doubts_about_members(group.engine, members))


def _doubts_about_cache(cache: Cache) -> Iterator[Doubt]:
    if not isinstance(cache.engine.engine_type, Placeholder) and not isinstance(
        cache.engine.major_engine_version, Placeholder
    ):
        yield from doubts_about_engine(cache.engine)
    yield from names.doubts_about_cache_name(cache.name)
    yield from backups.doubts_about_backup(
        has_time=bool(cache.daily_snapshot_time), has_retention=bool(cache.snapshot_retention_limit)
    )


def _doubts_about_user(user: User) -> Iterator[Doubt]:
    yield from names.doubts_about_identifier("user_id", user.id)
    yield from names.doubts_about_user_name(user.name)
    yield from names.doubts_about_new_user(user.id)


def _sure(value: float | None) -> float | None:
    return None if isinstance(value, PlaceholderNumber) else value


def _known(value: str | None, check: Callable[[str], None]) -> None:
    if value is not None and not isinstance(value, Placeholder):
        check(value)


def _check_one_of(parameter: str, given: str, choices: Sequence[str]) -> None:
    if given not in choices:
        rule = f"{parameter} must be {' or '.join(choices)}, got {given!r}"
        raise ValidationError("InvalidChoice", rule, parameter=parameter, value=given)


def _mistakes(*checks: Callable[[], None]) -> Iterator[ElastiCacheError]:
    """What each of the checks refuses, in the words of a template."""
    for check in checks:
        try:
            check()
        except ElastiCacheError as error:
            yield reword(error)


def _mistakes_in_range(
    check: Callable[[float | None, float | None], None], low: float | None, high: float | None
) -> Iterator[ElastiCacheError]:
    """What is wrong with either bound; where both are right, what is wrong with the two."""
    alone = list(_mistakes(lambda: check(low, None), lambda: check(None, high)))
    yield from alone or _mistakes(lambda: check(low, high))


def _mistakes_in_access(given: str) -> Iterator[ElastiCacheError]:
    # Imported when there is a user to check. What only our tables don't know is a finding of `check`.
    from ..model.access_string import AccessString

    yield from AccessString.mistakes(given)


#: Ids of subnets and security groups, those apart that the CDK's look-ups give before anything is looked up.
_SUBNET = ("subnet-", "s-", "p-")
_SECURITY_GROUP = ("sg-",)


def _check_id(name: str, prefixes: tuple[str, ...], given: str) -> None:
    rest = given.partition("-")[2]
    if not given.startswith(prefixes) or not (rest.isascii() and rest.isalnum()):
        rule = f"{name} must hold ids such as {prefixes[0]}0123456789abcdef0, got {given!r}"
        raise ValidationError(
            "InvalidResourceId", f"Properties.{rule}", parameter=f"Properties.{name}", value=given
        )


def _check_given_once(name: str, given: Sequence[str]) -> None:
    for twice in _given_twice(given):
        rule = f"Properties.{name} must hold each item once, got {twice!r} twice"
        raise ValidationError("DuplicateItem", rule, parameter=f"Properties.{name}", value=twice)


def _given_twice(given: Sequence[_Given]) -> list[_Given]:
    """What is in a list more than once, of what is known."""
    counts = Counter(one for one in given if not isinstance(one, Placeholder))
    return [one for one, count in counts.items() if count > 1]


def _check_tag_key(given: str) -> None:
    if not 1 <= len(given) <= _LONGEST_KEY:
        raise _bad_tag(f"have keys of 1 to {_LONGEST_KEY} characters", f"{len(given)}", given)
    if given.startswith("aws:"):
        raise _bad_tag("have keys that don't begin with aws:, which are AWS's own", repr(given), given)


def _check_tag_value(given: str) -> None:
    if len(given) > _LONGEST_VALUE:
        raise _bad_tag(f"have values of at most {_LONGEST_VALUE} characters", f"{len(given)}", given)


def _bad_tag(rule: str, got: str, value: str) -> ValidationError:
    message = f"Properties.Tags must {rule}, got {got}"
    return ValidationError("InvalidTag", message, parameter="Properties.Tags", value=value)


def _check_daily_time(given: str) -> None:
    hour, colon, minute = given.partition(":")
    fits = colon and len(given) == 5 and (hour + minute).isascii() and (hour + minute).isdigit()
    if not fits or int(hour) > 23 or int(minute) > 59:
        raise ValidationError(
            "InvalidDailySnapshotTime",
            f"daily_snapshot_time must be HH:MM, from 00:00 to 23:59 UTC, got {given!r}",
            parameter="daily_snapshot_time",
            value=given,
        )


def _contradiction(rule: str, got: str) -> ElastiCacheError:
    message = f"authentication_mode must {rule}, got {got}"
    error = ValidationError("InvalidAuthentication", message, parameter="authentication_mode", value=got)
    return reword(error)


def _taken_twice(declared: Declaration, *, within_stacks: bool) -> Iterator[tuple[Place, ElastiCacheError]]:
    taken: dict[tuple[str, str], Place] = {}
    every: list[Cache | User | UserGroup | Snapshot] = [
        *declared.caches,
        *declared.users,
        *declared.groups,
        *declared.snapshots,
    ]
    for one in every:
        name = _name(one)
        if isinstance(name, Placeholder) and not name.reason:
            continue  # refused, or of a resource of another service: any two may differ
        key = (one.arn, one.place.stack if within_stacks else "")
        if key in taken and taken[key].condition == one.place.condition:
            shown = one.arn.rpartition(":")[2]
            yield (
                one.place,
                ValidationError(
                    "DuplicateName",
                    f"name must be free in its account and region, got {shown!r}, which {taken[key]} has",
                    parameter="name",
                    value=shown,
                    construct_path=str(one.place),
                ),
            )
        taken.setdefault(key, one.place)


def _name(one: Cache | User | UserGroup | Snapshot) -> str:
    return one.id if isinstance(one, (User, UserGroup)) else one.name


_Named = TypeVar("_Named", User, UserGroup)


def _by_id(declared: Sequence[_Named]) -> dict[str, list[_Named]]:
    found: dict[str, list[_Named]] = {}
    for one in declared:
        found.setdefault(one.id.lower(), []).append(one)
    return found


def _nearest(declared: dict[str, list[_Named]], id: str, asker: Cache | UserGroup) -> _Named | None:
    """The one with an id that ``asker`` means: in its own stack, else in its account and region."""
    found = declared.get(id.lower(), [])
    own = (one for one in found if one.place.stack == asker.place.stack)
    return next(own, None) or next((one for one in found if _home(one.arn) == _home(asker.arn)), None)


def _home(arn: str) -> list[str]:
    return arn.split(":")[3:5]


def _members(group: UserGroup, users: dict[str, list[User]]) -> Iterator[Member]:
    """The members that are known: those declared, and the user that ElastiCache makes itself."""
    for id_ in {id_.lower(): id_ for id_ in group.user_ids}.values():
        user = _nearest(users, id_, group)
        if user:
            name = None if isinstance(user.name, Placeholder) else user.name
            engine = group.engine if isinstance(user.engine, Placeholder) else user.engine
            yield Member(user.id, name, engine, has_password=user.authentication != NO_PASSWORD)
        elif id_ == names.DEFAULT_USER:
            yield Member(id_, id_, "redis", has_password=False)


def _mistakes_in_members(group: UserGroup, users: dict[str, list[User]]) -> Iterator[ElastiCacheError]:
    members = list(_members(group, users))
    yield from map(reword, membership.mistakes_in_members(group.engine, members))
    # A member from elsewhere may be the default user: only where all are known, its absence is.
    every = {id_.lower() for id_ in group.user_ids}
    known = len(members) == len(every) and all(member.user_name is not None for member in members)
    if group.engine == "redis" and known and not membership.has_default(members):
        yield reword(membership.missing_default())


def _check_attached(cache: Cache, group: UserGroup | None) -> None:
    if group or cache.engine.engine_type == "memcached":
        membership.check_group_on_cache(cache.engine.engine_type, group.engine if group else None)
