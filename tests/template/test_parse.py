"""Text of a template into a tree, as CloudFormation's pages on template formats say."""

import builtins
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdk_elasticache.errors import TemplateError
from cdk_elasticache.template.parse import MAX_DEPTH, SHORT_FORMS, parse, plain_scalar


def refused(text: str, name: str) -> tuple[str, str]:
    with pytest.raises(TemplateError) as caught:
        parse(text, name)
    return caught.value.code, caught.value.message


def test_json_and_yaml_of_one_template_give_one_tree() -> None:
    tree = {
        "Resources": {"A": {"Type": "X", "Properties": {"N": 1, "B": True, "T": "1", "Z": None, "L": [1.5]}}}
    }
    yaml = """
Resources:
  A:
    Type: X
    Properties: {N: 1, B: true, T: '1', Z: , L: [1.5]}
"""
    assert parse(json.dumps(tree), "t.json") == parse(yaml, "t.yaml") == tree


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("!Ref A", {"Ref": "A"}),
        ("!GetAtt A.B", {"Fn::GetAtt": ["A", "B"]}),
        ("!GetAtt A.Endpoint.Port", {"Fn::GetAtt": ["A", "Endpoint.Port"]}),
        ("!GetAtt [A, B]", {"Fn::GetAtt": ["A", "B"]}),
        ("!Sub '${A}-x'", {"Fn::Sub": "${A}-x"}),
        ("!Sub ['${V}', {V: !Ref A}]", {"Fn::Sub": ["${V}", {"V": {"Ref": "A"}}]}),
        ("!Join ['', [a, !Ref B]]", {"Fn::Join": ["", ["a", {"Ref": "B"}]]}),
        ("!If [C, !Ref 'AWS::NoValue', 1]", {"Fn::If": ["C", {"Ref": "AWS::NoValue"}, 1]}),
        (
            "!And [!Condition A, !Not [!Condition B]]",
            {"Fn::And": [{"Condition": "A"}, {"Fn::Not": [{"Condition": "B"}]}]},
        ),
        ("!Base64 a", {"Fn::Base64": "a"}),
        (
            "[!Contains [[a], b], !EachMemberIn [!RefAll T, [a]], !EachMemberEquals [!ValueOfAll [T, x], y]]",
            [
                {"Fn::Contains": [["a"], "b"]},
                {"Fn::EachMemberIn": [{"Fn::RefAll": "T"}, ["a"]]},
                {"Fn::EachMemberEquals": [{"Fn::ValueOfAll": ["T", "x"]}, "y"]},
            ],
        ),
    ],
)
def test_a_short_form_is_its_long_form(short: str, long: object) -> None:
    assert parse(f"A: {short}", "t.yml") == {"A": long}


@pytest.mark.parametrize("short", sorted(SHORT_FORMS))
def test_every_function_has_a_short_form(short: str) -> None:
    prefix = "" if short in ("!Ref", "!Condition") else "Fn::"
    assert parse(f"A: {short} [x, y]", "t.yaml") == {"A": {prefix + short[1:]: ["x", "y"]}}


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("yes", True),
        ("On", True),
        ("TRUE", True),
        ("no", False),
        ("off", False),
        ("y", "y"),
        ("oN", "oN"),
        ("12", 12),
        ("-3", -3),
        ("+4", 4),
        ("0", 0),
        ("1.6", 1.6),
        ("-0.5", -0.5),
        ("012", "012"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("11:00", "11:00"),
        ("2012-10-17", "2012-10-17"),
        ("012345678901", "012345678901"),
        ("1e3", "1e3"),
        (".5", ".5"),
        (".inf", ".inf"),
        ("1.2.3", "1.2.3"),
        ("", None),
        ("~", None),
        ("null", None),
        ("none", "none"),
        ("on ~* +@all", "on ~* +@all"),
        ("-", "-"),
    ],
)
def test_an_unquoted_word_of_yaml_is_what_it_looks_like_and_never_a_surprise(
    written: str, value: object
) -> None:
    assert (plain_scalar(written), type(plain_scalar(written))) == (value, type(value))


def test_a_quoted_word_is_text_and_a_key_is_text_as_written() -> None:
    assert parse("012345678901: 'yes'\nyes: \"5\"", "t.yaml") == {"012345678901": "yes", "yes": "5"}


@pytest.mark.parametrize(
    ("text", "name", "error"),
    [
        (
            "{",
            "t.json",
            (
                "InvalidTemplateText",
                "t.json must be JSON, got: Expecting property name enclosed in double quotes in line 1, column 2",
            ),
        ),
        ("[1]", "t.json", ("InvalidTemplateText", "t.json must hold an object, got a list")),
        ('{"A": NaN}', "t.json", ("InvalidTemplateText", "t.json must be JSON, got NaN")),
        (
            '{"A": 1, "B": 2, "A": 3}',
            "t.json",
            ("DuplicateKey", "t.json must give each key of an object once, got 'A' twice"),
        ),
        (
            '{"A": ' + "9" * 5000 + "}",
            "t.json",
            ("InvalidTemplateText", "t.json must hold numbers of a sane length"),
        ),
        (
            "A: 1\nB: 2\nA: 3",
            "t.yaml",
            ("DuplicateKey", "t.yaml must give each key of an object once, got 'A' twice in line 3"),
        ),
        (
            "A: &x 1\nB: *x",
            "t.yaml",
            (
                "InvalidTemplateText",
                "t.yaml must be YAML without aliases, as CloudFormation reads it, got one in line 2",
            ),
        ),
        (
            "A: {<<: {B: 1}}",
            "t.yaml",
            (
                "InvalidTemplateText",
                "t.yaml must be YAML without merge keys, as CloudFormation reads it, got << in line 1",
            ),
        ),
        (
            "A: !!binary eA==",
            "t.yaml",
            (
                "InvalidTemplateText",
                "t.yaml must be YAML that CloudFormation reads, got the tag !!binary in line 1",
            ),
        ),
        (
            "A: !Reff B",
            "t.yaml",
            (
                "InvalidTemplateText",
                "t.yaml must use the short forms that CloudFormation has, got !Reff in line 1",
            ),
        ),
        ("A: 1\n---\nB: 1", "t.yaml", ("InvalidTemplateText", "t.yaml must hold one document, got 2")),
        ("", "t.yaml", ("InvalidTemplateText", "t.yaml must hold one document, got 0")),
        (
            "? [a]\n: b",
            "t.yaml",
            (
                "InvalidTemplateText",
                "t.yaml must use text for the keys of an object, got a list or object in line 1",
            ),
        ),
        (
            "A: 'b",
            "t.yaml",
            (
                "InvalidTemplateText",
                "t.yaml must be YAML, got: found unexpected end of stream in line 1, column 6",
            ),
        ),
    ],
    ids=lambda value: value[:12] if isinstance(value, str) else value[0],
)
def test_what_cloudformation_does_not_read_is_refused_by_its_line(
    text: str, name: str, error: tuple[str, str]
) -> None:
    assert refused(text, name) == error


@pytest.mark.parametrize(("opening", "closing", "name"), [("[", "]", "t.json"), ("[", "]", "t.yaml")])
def test_nesting_may_go_to_the_bound_and_not_beyond(opening: str, closing: str, name: str) -> None:
    levels = MAX_DEPTH - 1  # the object around is a level, too
    assert parse('{"A": ' + opening * levels + closing * levels + "}", name)
    for more in (MAX_DEPTH, 100_000):
        text = '{"A": ' + opening * more + closing * more + "}"
        assert refused(text, name) == ("TemplateTooDeep", f"{name} must nest at most 100 levels, got more")


def test_a_bomb_of_aliases_is_refused_before_it_grows() -> None:
    lines = ["a0: &a0 [x, x]", *(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60))]
    assert refused("\n".join(lines), "t.yaml")[0] == "InvalidTemplateText"


def test_yaml_without_its_library_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def missing(name: str, *rest: Any, **more: Any) -> Any:
        if name == "yaml":
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", missing)
    assert refused("A: 1", "t.yaml") == (
        "MissingExtra",
        "t.yaml must be JSON here, got YAML; pip install 'cdk-elasticache[local]' to read YAML",
    )


@given(st.text() | st.text(alphabet="{}[]:,-!&*?|>'\"% \n\taA0"), st.sampled_from(["t.json", "t.yaml", "t"]))
def test_no_text_whatever_raises_anything_but_our_own_error(text: str, name: str) -> None:
    try:
        assert isinstance(parse(text, name), dict)
    except TemplateError as error:
        assert error.code in {"InvalidTemplateText", "DuplicateKey", "TemplateTooDeep"}  # noqa: PT017
