"""Local values of secrets: made as the template says, found as it names them, shown to nobody."""

import json
import string
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdk_elasticache.local.control_plane import secrets
from cdk_elasticache.local.control_plane.state import State
from cdk_elasticache.template.declaration import Place, Secret
from cdk_elasticache.template.dynamic_references import Confidential, DynamicReference

ARN = "arn:aws:secretsmanager:us-east-1:000000000000:secret:app/db-AbCdEf"
PLACE = Place("Shop", "Secret")

flags = st.sampled_from([True, False, "true", "false"])
RULES = st.fixed_dictionaries(
    {},
    optional={
        "PasswordLength": st.integers(4, 200),
        "ExcludeCharacters": st.text(string.ascii_letters + string.punctuation, max_size=20),
        "ExcludeLowercase": flags,
        "ExcludeNumbers": flags,
        "ExcludePunctuation": flags,
        "IncludeSpace": flags,
        "RequireEachIncludedType": flags,
    },
)


def true(value: object) -> bool:
    return value in (True, "true")


@given(RULES)
def test_a_generated_value_is_what_the_template_asks_for(rule: dict[str, Any]) -> None:
    made = secrets.generate(rule)
    assert len(made) == rule.get("PasswordLength", 32)
    assert not set(made) & set(rule.get("ExcludeCharacters", ""))
    assert not set(made) & set(',"/@')  # ElastiCache takes them in no password
    for flag, kind in (
        ("ExcludeLowercase", string.ascii_lowercase),
        ("ExcludeNumbers", string.digits),
        ("ExcludePunctuation", string.punctuation),
    ):
        assert not (true(rule.get(flag, False)) and set(made) & set(kind))
    assert true(rule.get("IncludeSpace", False)) or " " not in made


@given(st.integers(4, 10))
def test_each_kind_is_in_a_value_unless_told_otherwise(length: int) -> None:
    made = set(secrets.generate({"PasswordLength": length}))
    for kind in (string.ascii_lowercase, string.ascii_uppercase, string.digits, string.punctuation):
        assert made & set(kind)


def test_a_template_with_a_key_makes_json() -> None:
    made = secrets.generate({"SecretStringTemplate": '{"user": "app"}', "GenerateStringKey": "password"})
    tree = json.loads(made)
    assert (list(tree), tree["user"], len(tree["password"])) == (["user", "password"], "app", 32)


def test_a_generated_value_stays_and_a_given_one_follows_the_template(tmp_path: Path) -> None:
    with State(tmp_path) as state:
        secrets.ensure(state, [Secret(PLACE, "app", ARN, generate={})])
        made = state.secrets()
        secrets.ensure(state, [Secret(PLACE, "app", ARN, generate={"PasswordLength": 50})])
        assert state.secrets() == made
        secrets.ensure(state, [Secret(PLACE, "app", ARN, value=Confidential("one"))])
        secrets.ensure(state, [Secret(PLACE, "app", ARN, value=Confidential("two"))])
        assert state.secrets() == [("app", ARN, "two")]


def test_a_rule_whose_values_elasticache_may_refuse_is_said(tmp_path: Path) -> None:
    with State(tmp_path) as state:
        notes = secrets.ensure(state, [Secret(PLACE, "app", ARN, generate={})])
        assert notes == [
            'secret app: on AWS its generated value may hold one of ,"/@, which ElastiCache takes in no password; '
            "leave them out with ExcludeCharacters"
        ]
        assert secrets.ensure(state, [Secret(PLACE, "b", "", generate={"ExcludePunctuation": True})]) == []


@pytest.mark.parametrize(
    ("asked", "key", "answer"),
    [
        ("app/db", "", '{"password": "p", "port": 1}'),
        (ARN, "", '{"password": "p", "port": 1}'),
        (ARN.removesuffix("-AbCdEf"), "", '{"password": "p", "port": 1}'),
        (ARN.replace("AbCdEf", "123456"), "", '{"password": "p", "port": 1}'),
        ("app/db", "password", "p"),
        ("app/db", "port", "1"),
        ("app/db", "other", None),
        ("app", "", None),
        ("plain", "key", None),
        (ARN.replace("app/db", "other"), "", None),
    ],
)
def test_a_secret_is_found_by_name_by_arn_and_by_key(
    tmp_path: Path, asked: str, key: str, answer: str | None
) -> None:
    with State(tmp_path) as state:
        state.put_secret("app/db", ARN, '{"password": "p", "port": 1}')
        state.put_secret("plain", "", "no JSON")
        assert secrets.lookup(state)(DynamicReference("secretsmanager", asked, json_key=key)) == answer


def test_a_missing_secret_is_named_with_the_command_that_gives_it() -> None:
    error = secrets.missing(DynamicReference("secretsmanager", "app/db", json_key="password"))
    assert str(error) == (
        "secret app/db must have a local value with the key password, got none; give it: "
        "cdk-elasticache secret set app/db [SecretMissing]"
    )
