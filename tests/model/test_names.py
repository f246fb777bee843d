"""Names, ids and descriptions, as the service's own error on identifiers has them."""

import pytest

from cdk_elasticache.model.doubts import Doubt
from cdk_elasticache.model.names import (
    check_backup_name,
    check_description,
    check_identifier,
    check_not_empty,
    doubts_about_cache_name,
    doubts_about_identifier,
    doubts_about_new_user,
    doubts_about_user_name,
)

from .refusals import Refusal, refusal

GOOD_NAMES = ["a", "Z", "a1", "a-b", "A-1-b", "default", "a" * 40]

#: (name, what it must do): the first broken rule is the one that is told.
BAD_NAMES = [
    ("1a", "begin with an ASCII letter"),
    ("-a", "begin with an ASCII letter"),
    ("_a", "begin with an ASCII letter"),
    ("éa", "begin with an ASCII letter"),
    (" a", "begin with an ASCII letter"),
    ("a b", "contain only ASCII letters, digits and hyphens"),
    ("a_b", "contain only ASCII letters, digits and hyphens"),
    ("a.b", "contain only ASCII letters, digits and hyphens"),
    ("aé", "contain only ASCII letters, digits and hyphens"),
    ("a\n", "contain only ASCII letters, digits and hyphens"),
    ("a٣", "contain only ASCII letters, digits and hyphens"),
    ("a-", "not end with a hyphen"),
    ("a--", "not end with a hyphen"),
    ("a--b", "not contain two hyphens in a row"),
]

BACKUP_CODES = {
    "begin with an ASCII letter": "InvalidBackupNameStart",
    "contain only ASCII letters, digits and hyphens": "InvalidBackupNameCharacters",
    "not end with a hyphen": "InvalidBackupNameEnd",
    "not contain two hyphens in a row": "InvalidBackupNameConsecutiveHyphens",
}


@pytest.mark.parametrize("description", ["", "a", "a" * 255, "é" * 255, 'quotes " & all \n'])
def test_a_description_of_up_to_255_characters_is_taken(description: str) -> None:
    check_description(description)


def test_a_description_of_256_characters_is_refused() -> None:
    assert refusal(check_description, "a" * 256) == Refusal(
        "DescriptionTooLong",
        "description",
        "a" * 256,
        "description must have at most 255 characters, got 256",
    )


@pytest.mark.parametrize(
    ("description", "got"),
    [("a<b", "'<' at position 1"), (">", "'>' at position 0"), ("<>", "'<' at position 0")],
)
def test_a_description_with_an_angle_bracket_is_refused(description: str, got: str) -> None:
    assert refusal(check_description, description) == Refusal(
        "InvalidDescriptionCharacters",
        "description",
        description,
        f"description must not contain < or >, got {got}",
    )


@pytest.mark.parametrize("name", GOOD_NAMES)
def test_an_id_of_letters_digits_and_single_hyphens_is_taken(name: str) -> None:
    check_identifier("user_id", name)


@pytest.mark.parametrize(("name", "rule"), BAD_NAMES)
def test_an_id_that_breaks_a_rule_of_identifiers_is_refused(name: str, rule: str) -> None:
    assert refusal(check_identifier, "user_id", name) == Refusal(
        "InvalidIdentifier", "user_id", name, f"user_id must {rule}, got {name!r}"
    )


def test_an_empty_name_is_refused() -> None:
    assert refusal(check_not_empty, "user_name", "") == Refusal(
        "EmptyName", "user_name", "", "user_name must not be empty, got ''"
    )
    assert refusal(check_identifier, "user_id", "").code == "EmptyName"


@pytest.mark.parametrize("parameter", ["serverless_cache_name", "user_group_name"])
def test_an_empty_name_that_could_be_generated_is_refused_with_the_way_to_have_that(parameter: str) -> None:
    assert refusal(check_not_empty, parameter, "").message == (
        f"{parameter} must not be empty, got ''; leave it out to have a name generated"
    )


@pytest.mark.parametrize("name", [*GOOD_NAMES, "a" * 255])
def test_a_final_backup_may_have_a_name_of_up_to_255_characters(name: str) -> None:
    check_backup_name(name)


@pytest.mark.parametrize(("name", "rule"), [("", "begin with an ASCII letter"), *BAD_NAMES])
def test_a_final_backup_whose_name_breaks_a_rule_of_identifiers_is_refused(name: str, rule: str) -> None:
    assert refusal(check_backup_name, name) == Refusal(
        BACKUP_CODES[rule],
        "backup_name_before_deletion",
        name,
        f"backup_name_before_deletion must {rule}, got {name!r}",
    )


def test_a_final_backup_whose_name_has_256_characters_is_refused() -> None:
    name = "a" * 256
    assert refusal(check_backup_name, name) == Refusal(
        "InvalidBackupNameLength",
        "backup_name_before_deletion",
        name,
        f"backup_name_before_deletion must have at most 255 characters, got {name!r}",
    )


@pytest.mark.parametrize("name", GOOD_NAMES)
def test_a_usual_cache_name_is_not_doubted(name: str) -> None:
    assert list(doubts_about_cache_name(name)) == []


@pytest.mark.parametrize(("name", "rule"), [*BAD_NAMES, ("a" * 41, "have at most 40 characters")])
def test_a_cache_name_that_only_the_console_is_known_to_refuse_is_doubted(name: str, rule: str) -> None:
    assert list(doubts_about_cache_name(name)) == [
        Doubt("doubtful-name", f"serverless_cache_name should {rule}, got {name!r}", "AWS may refuse it")
    ]


def test_an_id_is_doubted_from_41_characters_on() -> None:
    assert list(doubts_about_identifier("user_group_name", "a" * 40)) == []
    assert list(doubts_about_identifier("user_group_name", "a" * 41)) == [
        Doubt(
            "doubtful-name",
            f"user_group_name should have at most 40 characters, got {'a' * 41!r}",
            "AWS may refuse it",
        )
    ]


@pytest.mark.parametrize("name", ["a", "A.b_c", "é", "app:reader"])
def test_a_user_name_without_blanks_is_not_doubted(name: str) -> None:
    assert list(doubts_about_user_name(name)) == []


@pytest.mark.parametrize("name", ["a b", " ", "a\n", "a\tb", "a\0"])
def test_a_user_name_with_a_blank_or_a_null_is_doubted(name: str) -> None:
    assert list(doubts_about_user_name(name)) == [
        Doubt("doubtful-name", f"user_name should not contain blanks, got {name!r}", "the engine refuses it")
    ]


@pytest.mark.parametrize("user_id", ["default", "Default", "DEFAULT"])
def test_a_new_user_with_the_id_of_the_built_in_user_is_doubted_in_any_case(user_id: str) -> None:
    (doubt,) = doubts_about_new_user(user_id)
    assert doubt.id == "reserved-user-id"


@pytest.mark.parametrize("user_id", ["new-default", "default1", "defaul"])
def test_a_new_user_with_another_id_is_not_doubted(user_id: str) -> None:
    assert list(doubts_about_new_user(user_id)) == []
