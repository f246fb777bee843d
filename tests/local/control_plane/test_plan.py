"""The planner's table, and its law: applying A and then B leaves what applying B alone does."""

from collections.abc import Iterable
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cdk_elasticache.errors import TemplateError, ValidationError
from cdk_elasticache.local.control_plane.apply import Event, carry_out, clean_up
from cdk_elasticache.local.control_plane.plan import Action, Plan, Record, plan
from cdk_elasticache.local.control_plane.resources import READY, Resource, from_json, to_json

STEM = "arn:aws:elasticache:us-east-1:000000000000:"


def resource(kind: str, name: str, depends_on: tuple[str, ...] = (), **properties: object) -> Resource:
    arn = f"{STEM}{kind}:{name}"
    return Resource(arn, kind, "Shop", name.title(), "", depends_on, retain=False, properties=properties)


def user(name: str, access: str = "on ~* +@all") -> Resource:
    return resource("user", name, UserId=name, UserName=name, AccessString=access)


def group(name: str, *users: str) -> Resource:
    return resource("usergroup", name, UserGroupId=name, UserIds=list(users))


def cache(name: str, depends_on: tuple[str, ...] = (), **properties: object) -> Resource:
    return resource("serverlesscache", name, depends_on, **{"Engine": "valkey", **properties})


def in_stack(name: str, one: Resource) -> Resource:
    return one._replace(stack=name, top=name)


def running(one: Resource, incarnation: str = "") -> Record:
    return Record(one, READY[one.kind], incarnation)


def steps(actions: Iterable[Action]) -> list[tuple[str, str]]:
    return [(action.verb, action.resource.name) for action in actions]


OLD = cache("shop", SubnetIds=["a"], Description="old")


@pytest.mark.parametrize(
    ("want", "have", "verb"),
    [
        ([], [], []),
        ([OLD], [], ["create"]),
        ([OLD], [Record(OLD, "retained")], ["create"]),
        ([OLD], [Record(OLD, "creating")], ["create"]),
        ([OLD], [Record(OLD, "create-failed")], ["create"]),
        ([OLD], [Record(OLD, "deleting")], ["create"]),
        ([OLD], [running(OLD)], []),
        ([OLD], [Record(OLD, "modifying")], ["update"]),
        ([cache("shop", SubnetIds=["a"], Description="new")], [running(OLD)], ["update"]),
        ([cache("shop", SubnetIds=["a"], Description="old", UserGroupId="g")], [running(OLD)], ["update"]),
        ([cache("shop", SubnetIds=["a"], Description="old", Engine="redis")], [running(OLD)], ["update"]),
        ([cache("shop", SubnetIds=["b"], Description="old")], [running(OLD)], ["replace"]),
        ([cache("shop", SubnetIds=["a"], Description="old", KmsKeyId="k")], [running(OLD)], ["replace"]),
        (
            [cache("shop", SubnetIds=["a"], Description="old", Engine="memcached")],
            [running(OLD)],
            ["replace"],
        ),
        ([], [running(OLD)], ["delete"]),
        ([], [Record(OLD, "retained")], []),
    ],
)
def test_every_row_of_the_table_gives_its_action(
    want: list[Resource], have: list[Record], verb: list[str]
) -> None:
    found = plan(want, have)
    assert [action.verb for action in (*found.changes, *found.cleanup)] == verb


def test_users_come_before_their_group_and_the_group_before_its_cache() -> None:
    found = plan([cache("a", UserGroupId="m"), group("m", "z"), user("z")], [])
    assert steps(found.changes) == [("create", "z"), ("create", "m"), ("create", "a")]
    assert [action.after for action in found.changes] == [(), (f"{STEM}user:z",), (f"{STEM}usergroup:m",)]


def test_what_refers_to_a_thing_is_deleted_before_it() -> None:
    have = [running(one) for one in (user("z"), group("m", "z"), cache("a", UserGroupId="m"))]
    assert steps(plan([], have).cleanup) == [("delete", "a"), ("delete", "m"), ("delete", "z")]


def test_a_new_name_is_a_new_cache_and_the_old_one_goes_last() -> None:
    found = plan([cache("new")], [running(cache("old"))])
    assert (steps(found.changes), steps(found.cleanup)) == ([("create", "new")], [("delete", "old")])


def test_depends_on_decides_between_caches() -> None:
    found = plan([cache("a", depends_on=(f"{STEM}serverlesscache:b",)), cache("b")], [])
    assert steps(found.changes) == [("create", "b"), ("create", "a")]


def test_a_ring_of_dependencies_is_refused_by_name() -> None:
    one = cache("a", depends_on=(f"{STEM}serverlesscache:b",))
    other = cache("b", depends_on=(f"{STEM}serverlesscache:a",))
    with pytest.raises(TemplateError) as caught:
        plan([one, other], [])
    assert caught.value.code == "CircularReference"
    assert "a -> b -> a" in caught.value.message or "b -> a -> b" in caught.value.message


class Simulation:
    """What runs, in memory. Each cache's data is a number, another one for each new cache."""

    def __init__(self) -> None:
        self.records: dict[str, Record] = {}
        self.data: dict[str, int] = {}
        self._fresh = count()
        self.fails_at = ""

    def do(self, action: Action) -> None:
        arn = action.resource.arn
        if arn == self.fails_at:
            raise OSError("no space left")
        if action.verb == "delete":
            del self.records[arn]
            self.data.pop(arn, None)
            return
        if action.verb in ("create", "replace"):
            self.data[arn] = next(self._fresh)
        self.records[arn] = Record(action.resource, READY[action.resource.kind], str(self.data[arn]))

    def undo(self, action: Action) -> None:
        arn = action.resource.arn
        if action.before is None:
            self.records.pop(arn, None)
            self.data.pop(arn, None)
        else:
            self.records[arn] = action.before
            self.data[arn] = int(action.before.incarnation)

    def apply(self, declared: Iterable[Resource]) -> Plan:
        found = plan(declared, self.records.values())
        carry_out(found.changes, self, silent)
        clean_up(found.cleanup, self, silent)
        return found

    @property
    def shape(self) -> dict[str, Resource]:
        return {arn: record.resource for arn, record in self.records.items()}


def silent(event: Event) -> None:
    del event


USERS = st.sets(st.sampled_from("uvw"))


@st.composite
def declarations(draw: st.DrawFn) -> list[Resource]:
    """Some users, groups and caches that refer to each other."""
    users = sorted(draw(USERS))
    groups = sorted(draw(st.sets(st.sampled_from("gh"))))
    caches = sorted(draw(st.sets(st.sampled_from("abc"))))
    access, few = st.sampled_from(["on ~* +@all", "on ~a +get"]), st.integers(1, 2)
    members = st.lists(st.sampled_from(users), unique=True) if users else st.just([])
    attached = st.sampled_from([None, *groups])
    made = [user(name, draw(access)) for name in users] + [group(name, *draw(members)) for name in groups]
    for name in caches:
        given_group = draw(attached)
        extra: dict[str, object] = {"UserGroupId": given_group} if given_group else {}
        extra |= {"SubnetIds": [str(draw(few))], "DataStorage": {"Maximum": draw(few)}}
        made.append(cache(name, **extra))  # type: ignore[arg-type]
    return made


@settings(deadline=None, max_examples=60)
@given(declarations(), declarations())
def test_applying_a_then_b_equals_applying_b_and_keeps_the_data_of_untouched_caches(
    a: list[Resource], b: list[Resource]
) -> None:
    both, only = Simulation(), Simulation()
    both.apply(a)
    before = dict(both.data)
    found = both.apply(b)
    only.apply(b)

    assert both.shape == only.shape
    emptied = {action.resource.arn for action in found.changes if action.verb in ("create", "replace")}
    for arn in both.data.keys() - emptied:
        assert both.data[arn] == before[arn]
    assert plan(b, both.records.values()) == Plan()


@settings(deadline=None, max_examples=60)
@given(declarations(), declarations(), st.data())
def test_a_failure_at_any_change_leaves_everything_as_it_was(
    a: list[Resource], b: list[Resource], data: st.DataObject
) -> None:
    world = Simulation()
    world.apply(a)
    changes = plan(b, world.records.values()).changes
    if not changes:
        return
    world.fails_at = data.draw(st.sampled_from([action.resource.arn for action in changes]))
    records, kept = dict(world.records), dict(world.data)

    with pytest.raises(OSError, match="no space left"):
        world.apply(b)

    assert (world.records, world.data) == (records, kept)


def test_events_read_as_those_of_cloudformation() -> None:
    world, said = Simulation(), list[Event]()
    world.fails_at = f"{STEM}serverlesscache:a"
    wanted = [user("u"), cache("a", depends_on=(f"{STEM}user:u",))]
    with pytest.raises(OSError, match="no space left"):
        carry_out(plan(wanted, []).changes, world, said.append)
    assert [(event.status, event.logical_id, event.reason) for event in said] == [
        ("CREATE_IN_PROGRESS", "U", ""),
        ("CREATE_COMPLETE", "U", ""),
        ("CREATE_IN_PROGRESS", "A", ""),
        ("CREATE_FAILED", "A", "OSError: no space left"),
        ("DELETE_COMPLETE", "A", ""),
        ("DELETE_COMPLETE", "U", ""),
    ]


@given(declarations())
def test_a_resource_survives_json(declared: list[Resource]) -> None:
    assert [from_json(to_json(one)) for one in declared] == declared


@pytest.mark.parametrize(
    ("have", "want"), [("7", "8"), ("8", "8"), (None, "7"), ("8", None), ("1.6", "1.6"), ("9", "10")]
)
def test_a_major_version_may_go_up_or_stay(have: str | None, want: str | None) -> None:
    plan([cache("shop", MajorEngineVersion=want)], [running(cache("shop", MajorEngineVersion=have))])


def test_a_major_version_may_not_go_down_as_in_aws() -> None:
    with pytest.raises(ValidationError) as caught:
        plan([cache("shop", MajorEngineVersion="8")], [running(cache("shop", MajorEngineVersion="9"))])
    error = caught.value
    assert (error.code, error.parameter, error.value) == ("EngineDowngrade", "MajorEngineVersion", "8")
    assert error.construct_path == "Shop.Shop"


def test_redis_becomes_valkey_of_whatever_version() -> None:
    want = cache("shop", MajorEngineVersion="7")
    have = running(cache("shop", Engine="redis", MajorEngineVersion="7"))
    assert steps(plan([want], [have]).changes) == [("update", "shop")]


def test_what_other_stacks_have_is_left_alone_where_the_declaration_speaks_for_some_only() -> None:
    mine, other = in_stack("Mine", cache("mine")), in_stack("Other", cache("other"))
    nested = in_stack("Mine", cache("nested"))._replace(stack="Mine-Nested-1")
    abroad = nested._replace(arn=nested.arn.replace("us-east-1", "eu-west-1"))
    current = [running(one) for one in (mine, other, nested, abroad)]
    only = [("Mine", "000000000000", "us-east-1")]
    assert steps(plan([], current, only).cleanup) == [("delete", "mine"), ("delete", "nested")]
    assert len(plan([], current).cleanup) == 4


def test_what_moves_between_stacks_stays_the_same_thing() -> None:
    old, new = in_stack("Other", cache("shop")), in_stack("Mine", cache("shop"))
    moved = plan([new], [running(old)], [("Mine", "000000000000", "us-east-1")])
    assert moved == Plan((Action("update", new, running(old)),))
