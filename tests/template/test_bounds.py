"""No template makes much more work than it has text: time and memory are bounded before anything is made."""

import json
import time
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cdk_elasticache.errors import ElastiCacheError
from cdk_elasticache.template.bundle import Bundle, StackTemplate
from cdk_elasticache.template.declare import declare
from cdk_elasticache.template.inputs import Inputs

#: Bytes at most while a template of these few thousand characters is read.
BUDGET = 100_000_000


def peak(template: dict[str, Any], *, guess: bool) -> int:
    """Bytes at most while a template is read, however that ends."""
    tracemalloc.start()
    try:
        declare(
            Bundle((StackTemplate(name="Shop", template=template),)),
            Inputs(guess=guess),
            refuse=lambda error, place: None,
        )
    except ElastiCacheError:
        pass
    finally:
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    return most


def cache(value: Any) -> dict[str, Any]:
    own = {"ServerlessCacheName": "c", "Engine": "valkey", "Description": value}
    return {"Resources": {"C": {"Type": "AWS::ElastiCache::ServerlessCache", "Properties": own}}}


def doubled(times: int) -> Any:
    value: Any = "x" * 100
    for _ in range(times):
        value = {"Fn::Sub": ["${A}${A}", {"A": value}]}
    return value


def nothing(times: int) -> Any:
    """Texts of nothing, each made of the one within it, many times: time without any length."""
    value: Any = ""
    for _ in range(times):
        value = {"Fn::Sub": ["${A}" * 50, {"A": value}]}
    return value


@pytest.mark.parametrize(
    "value",
    [
        {"Fn::Cidr": ["10.0.0.0/8", 1_000_000_000, 8]},
        {"Fn::Cidr": ["10.0.0.0/8", "999999999", "8"]},
        {"Fn::Cidr": ["2001:db8::/32", 256, 1_000_000_000]},
        {"Fn::Select": [999_999_999, {"Fn::GetAZs": ""}]},
        {"Fn::Join": ["x" * 1000, {"Fn::Split": ["a", "a" * 5000]}]},
        doubled(40),
    ],
    ids=["blocks", "blocks as text", "bits", "index", "separators", "doubled"],
)
@pytest.mark.parametrize("guess", [False, True])
def test_a_function_is_bounded_before_it_works(value: Any, guess: bool) -> None:
    assert peak(cache(value), guess=guess) < BUDGET


def test_a_variable_of_a_text_is_worked_out_once() -> None:
    # 50 to the power of 20 times nothing, if it weren't.
    source = StackTemplate(name="Shop", template=cache(nothing(20)))
    assert declare(Bundle((source,))).caches[0].description == ""


def test_references_to_one_large_text_are_counted_together() -> None:
    parameters = {"Text": {"Type": "String", "Default": "x" * 4000}}
    many = {"Fn::Sub": "${Text}" * 200}
    resources = {
        f"C{number}": {
            "Type": "AWS::ElastiCache::ServerlessCache",
            "Properties": {
                "ServerlessCacheName": f"c{number}",
                "Engine": "valkey",
                "FinalSnapshotName": many,
            },
        }
        for number in range(100)
    }
    told: list[str] = []
    source = StackTemplate(name="Shop", template={"Parameters": parameters, "Resources": resources})
    declare(Bundle((source,)), refuse=lambda error, place: told.append(error.code))
    assert "TextTooLong" in told


LEAVES = st.sampled_from(["", "a", "a,b", {"Ref": "P"}, {"Ref": "L"}, {"Ref": "C"}, "${P}${P}", 7, 10**9])
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.tuples(
            st.sampled_from(["Fn::Join", "Fn::Split", "Fn::Select"]),
            inner,
            st.lists(inner, max_size=4) | inner,
        ).map(lambda it: {it[0]: [it[1], it[2]]}),
        st.tuples(inner, inner, inner).map(lambda it: {"Fn::Cidr": list(it)}),
        inner.map(lambda it: {"Fn::Sub": ["${A}${A}${A}", {"A": it}]}),
        inner.map(lambda it: {"Fn::Base64": it}),
        st.tuples(inner, inner).map(lambda it: {"Fn::If": ["Is", *it]}),
        st.lists(inner, max_size=3).map(lambda it: {"Fn::ToJsonString": it}),
        st.tuples(inner, inner).map(lambda it: {"Fn::ForEach::X": ["V", it[0], {"K${V}": it[1]}]}),
    ),
    max_leaves=30,
)


@settings(max_examples=60, deadline=None)
@given(st.lists(VALUES, min_size=1, max_size=3), st.booleans())
def test_memory_is_bounded_whatever_a_template_is_made_of(values: list[Any], guess: bool) -> None:
    template = {
        "Transform": "AWS::LanguageExtensions",
        "Parameters": {
            "P": {"Type": "String", "Default": "x" * 500},
            "L": {"Type": "CommaDelimitedList", "Default": ",".join("abcdefgh")},
        },
        "Conditions": {"Is": {"Fn::Equals": [values[0], "a"]}},
        "Resources": {"C": cache(values)["Resources"]["C"]},
        "Outputs": {f"O{index}": {"Value": value} for index, value in enumerate(values)},
    }
    assert peak(template, guess=guess) < BUDGET + 1000 * len(json.dumps(template))


UNDECIDED = {
    "Parameters": {"P": {"Type": "String"}},
    "Conditions": {"X": {"Fn::Equals": [{"Ref": "P"}, "x"]}},
}


def caches(count: int, value: Any, name: str = "Description") -> dict[str, Any]:
    own = {"Engine": "valkey", name: value}
    return {
        f"C{number}": {
            "Type": "AWS::ElastiCache::ServerlessCache",
            "Properties": {"ServerlessCacheName": f"c{number}", **own},
        }
        for number in range(count)
    }


def listed(value: Any, name: str = "SubnetIds") -> dict[str, Any]:
    return {"ServerlessCacheName": "c", "Engine": "valkey", name: value}


def resources(**made: Any) -> dict[str, Any]:
    return {
        "Resources": {name: {"Type": CACHE, "Properties": properties} for name, properties in made.items()}
    }


CACHE = "AWS::ElastiCache::ServerlessCache"
EITHER = {"Fn::If": ["X", "a", "b"]}
#: Lists that are gone through again and again: together they may be no longer than a bound.
LISTS: dict[str, Callable[[int], dict[str, Any]]] = {
    "a list of a mapping, joined again and again": lambda n: {
        "Mappings": {"M": {"a": {"b": [""] * n}}},
        "Resources": caches(n // 20, {"Fn::Join": ["", {"Fn::FindInMap": ["M", "a", "b"]}]}),
    },
    "a list of a parameter, read again and again": lambda n: {
        "Parameters": {"L": {"Type": "CommaDelimitedList", "Default": "a," * n}},
        "Resources": caches(n // 20, {"Ref": "L"}, "SubnetIds"),
    },
}
#: Templates of about ``30 n`` characters, each of which once took the square of that, or memory without bound.
FAMILIES: dict[str, Callable[[int], dict[str, Any]]] = {
    "many wrong names": lambda n: {
        "Resources": {
            name: body | {"Properties": body["Properties"] | {"Description": {"Ref": f"{name}x"}}}
            for name, body in caches(n // 10, "").items()
        }
    },
    "a long key above many lists": lambda n: resources(C=listed({"k" * n: [[] for _ in range(n)]}, "Tags")),
    "a long path above many conditions": lambda n: {
        **UNDECIDED,
        "Resources": {
            "C": {
                "Type": CACHE,
                "Properties": listed([EITHER] * (n // 10)),
                "Metadata": {"aws:cdk:path": "k" * n},
            }
        },
    },
    "a long logical id above many conditions": lambda n: {
        **UNDECIDED,
        "Resources": {"k" * n: {"Type": CACHE, "Properties": listed([EITHER] * (n // 10))}},
    },
    "a long item of a loop, often": lambda n: {
        "Transform": "AWS::LanguageExtensions",
        "Resources": {"Fn::ForEach::L": ["X", ["y" * n], {"C": {"Type": CACHE, "A": "${X}" * n}}]},
    },
    "many allowed values of a list": lambda n: {
        "Parameters": {
            "L": {
                "Type": "CommaDelimitedList",
                "Default": ",".join(map(str, range(n))),
                "AllowedValues": [str(number) for number in range(n)],
            }
        },
        "Resources": caches(1, {"Ref": "L"}, "SubnetIds"),
    },
    "many references to secrets in a text": lambda n: {"Resources": caches(1, "{{resolve:ssm:a}}" * n)},
    "many references that never end": lambda n: {"Resources": caches(1, "{{resolve:" * n)},
    "many variables of a text": lambda n: {
        "Parameters": {"P": {"Type": "String", "Default": ""}},
        "Resources": caches(1, {"Fn::Sub": "${P}" * n}),
    },
    "many variables that never end": lambda n: {"Resources": caches(1, {"Fn::Sub": "${" * n})},
    "many exports, each imported": lambda n: {
        "Outputs": {f"O{it}": {"Value": "x", "Export": {"Name": f"{it}"}} for it in range(n // 20)},
        "Resources": {
            name: body | {"Properties": body["Properties"] | {"Description": {"Fn::ImportValue": name[1:]}}}
            for name, body in caches(n // 20, "").items()
        },
    },
    "many references to what a module may make": lambda n: {
        "Resources": {
            "Mod": {"Type": "Own::Module::It::MODULE"},
            **{
                name: body | {"Properties": body["Properties"] | {"Description": {"Ref": f"Mod{name}"}}}
                for name, body in caches(n // 20, "").items()
            },
        },
    },
}


def seconds(template: dict[str, Any], *, guess: bool) -> float:
    """The processor time in which a template is read, however that ends."""
    bundle = Bundle((StackTemplate(name="Shop", template=template),))
    begun = time.process_time()
    with suppress(ElastiCacheError):
        declare(bundle, Inputs(guess=guess), refuse=lambda error, place: None)
    return time.process_time() - begun


@pytest.mark.parametrize("guess", [False, True])
@pytest.mark.parametrize("family", FAMILIES)
def test_time_grows_with_the_text_and_no_faster(family: str, guess: bool) -> None:
    # The square would take 64 times as long. Less than a tenth of a second is nothing, whatever made it grow.
    short, long = (min(seconds(FAMILIES[family](n), guess=guess) for _ in range(2)) for n in (300, 2_400))
    assert long < max(24 * short, 0.1)


@pytest.mark.parametrize("guess", [False, True])
@pytest.mark.parametrize("family", FAMILIES)
def test_memory_grows_with_the_text_and_no_faster(family: str, guess: bool) -> None:
    template = FAMILIES[family](1_000)
    assert peak(template, guess=guess) < BUDGET


@pytest.mark.parametrize("family", LISTS)
def test_lists_that_are_gone_through_again_and_again_are_stopped(family: str) -> None:
    told: set[str] = set()
    bundle = Bundle((StackTemplate(name="Shop", template=LISTS[family](5_000)),))
    declare(bundle, refuse=lambda error, place: told.add(error.code))
    assert "TextTooLong" in told
