"""Access strings made from what is meant."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdk_elasticache.errors import ArgumentTypeError, ValidationError
from cdk_elasticache.model.access_string import AccessString

#: Policies that people write: (made, its text).
POLICIES: dict[str, tuple[Callable[[], AccessString], str]] = {
    "read-only on a prefix": (
        lambda: AccessString.read_only("app:*"),
        "on %R~app:* resetchannels -@all +@read -@dangerous -@admin",
    ),
    "queue worker": (
        lambda: AccessString.build(allow=["@list", "@connection"], keys="queue:*", deny="@dangerous"),
        "on ~queue:* resetchannels -@all +@list +@connection -@dangerous",
    ),
    "cache-aside service": (
        lambda: AccessString.build(allow=["get", "mget", "set", "del", "expire", "ttl"], keys="cache:*"),
        "on ~cache:* resetchannels -@all +get +mget +set +del +expire +ttl",
    ),
    "pub/sub only": (
        lambda: AccessString.build(allow="@pubsub", channels=["news.*", "alerts"]),
        "on resetchannels &news.* &alerts -@all +@pubsub",
    ),
    "operator": (
        lambda: AccessString.build(allow="@all", deny=["@write", "@scripting"], keys="*", channels="*"),
        "on ~* &* +@all -@write -@scripting",
    ),
    "disabled": (AccessString.disabled, "off -@all"),
    "read here, write there": (
        lambda: AccessString.build(
            allow="@read",
            read_keys="catalog:*",
            also=[AccessString.build(allow="@write", write_keys="orders:*")],
        ),
        "on %R~catalog:* resetchannels -@all +@read (%W~orders:* resetchannels -@all +@write)",
    ),
}


@pytest.mark.parametrize("name", POLICIES)
def test_a_policy_has_its_text_and_no_finding_about_a_rule_without_effect(name: str) -> None:
    make, text = POLICIES[name]
    made = make()
    assert made.text == str(made) == text
    assert not [finding for finding in made.findings() if finding.no_effect]


@pytest.mark.parametrize("name", [name for name in POLICIES if name != "disabled"])
def test_a_built_text_is_its_own_canonical_form(name: str) -> None:
    made = POLICIES[name][0]()
    assert made.canonical() == made.text


def test_nothing_is_allowed_that_is_not_named() -> None:
    nothing = AccessString.build()
    assert nothing.text == "on resetchannels -@all"
    assert nothing <= AccessString.parse("on -@all resetchannels")


names = st.sampled_from(["get", "@read", "cluster|slots", "@all", "json.get", "-x", "", "nosuch", "get set"])
globs = st.text("ab*?[]\\\"'()~%&+ \t\0", max_size=4)


@given(
    allow=st.lists(names, max_size=2),
    deny=st.lists(names, max_size=2),
    keys=st.lists(globs, max_size=2),
    read_keys=st.lists(globs, max_size=2),
    channels=st.lists(globs, max_size=2),
)
def test_whatever_is_built_reads_back_to_the_same_rules_or_is_refused(**arguments: list[str]) -> None:
    try:
        made = AccessString.build(**arguments)  # type: ignore[arg-type]
    except ValidationError:
        return
    (scope,) = made._rules.scopes
    written = {pattern.text for pattern in scope.keys} | ({"*"} if scope.all_keys else set())
    assert written == set(arguments["keys"]) | set(arguments["read_keys"])
    heard = {pattern.text for pattern in scope.channels} | ({"*"} if scope.all_channels else set())
    assert heard == set(arguments["channels"])
    nested = AccessString.build(also=[made])
    assert nested.summary().scopes[1]._replace(number=0) == made.summary().scopes[0]


@pytest.mark.parametrize(
    ("arguments", "code", "parameter"),
    [
        ({"keys": "a b"}, "BlankInRule", "keys"),
        ({"channels": ["a", "b\n"]}, "BlankInRule", "channels"),
        ({"read_keys": "a\0"}, "BlankInRule", "read_keys"),
        ({"allow": "+get"}, "CommandName", "allow"),
        ({"deny": ["-get"]}, "CommandName", "deny"),
        ({"allow": ""}, "CommandName", "allow"),
        ({"keys": ["*", "a"]}, "RedundantPattern", "keys"),
        ({"keys": "*", "read_keys": "a"}, "RedundantPattern", "keys"),
        ({"channels": ["a", "*"]}, "RedundantPattern", "channels"),
        ({"allow": "gett"}, "UnknownCommand", "access_string"),
        ({"allow": "@raed"}, "UnknownCategory", "access_string"),
        ({"allow": "acl|nosuch"}, "UnknownSubcommand", "access_string"),
    ],
)
def test_an_argument_that_would_break_the_grammar_is_refused(
    arguments: dict[str, str], code: str, parameter: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        AccessString.build(**arguments)  # type: ignore[arg-type]
    assert (caught.value.code, caught.value.parameter) == (code, parameter)


@pytest.mark.parametrize("arguments", [{"keys": 1}, {"keys": [b"a"]}, {"allow": None}], ids=str)
def test_an_argument_of_another_type_is_refused(arguments: dict[str, object]) -> None:
    with pytest.raises(ArgumentTypeError):
        AccessString.build(**arguments)  # type: ignore[arg-type]
