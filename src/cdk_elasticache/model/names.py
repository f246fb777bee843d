"""Names, ids and descriptions: what the service takes.

What AWS documents as refused is an error. What is only known from practice (the length of a cache name, say)
is a :class:`Doubt`, since a wrong guess of ours must not stop an app that deploys.

Sources: ``AWS::ElastiCache::User``, ``AWS::ElastiCache::UserGroup``, ``AWS::ElastiCache::ServerlessCache`` and
the API's own words: "Identifiers must begin with a letter; must contain only ASCII letters, digits, and
hyphens; and must not end with a hyphen or contain two consecutive hyphens."
"""

from collections.abc import Iterator
from string import ascii_letters, digits

from ..errors import ValidationError
from .doubts import Doubt
from .references import mask_references

MAX_DESCRIPTION = 255
#: Known from the console only, hence a doubt and no error.
USUAL_MAX_NAME = 40
MAX_BACKUP_NAME = 255
#: The id and the name of the user that ElastiCache makes itself.
DEFAULT_USER = "default"

_IDENTIFIER = frozenset(ascii_letters + digits + "-")


def check_description(description: str) -> None:
    """Refuse a description that the service refuses.

    :raises ValidationError: ``DescriptionTooLong`` or ``InvalidDescriptionCharacters``.
    """
    judged = mask_references(description)
    if len(judged) > MAX_DESCRIPTION:
        raise ValidationError(
            "DescriptionTooLong",
            f"description must have at most {MAX_DESCRIPTION} characters, got {len(judged)}",
            parameter="description",
            value=description,
        )
    for bad in "<>":
        if bad in description:
            raise ValidationError(
                "InvalidDescriptionCharacters",
                f"description must not contain < or >, got {bad!r} at position {description.index(bad)}",
                parameter="description",
                value=description,
            )


def check_not_empty(parameter: str, value: str) -> None:
    """Refuse the empty string where a name is wanted.

    :raises ValidationError: ``EmptyName``.
    """
    if not value:
        raise ValidationError(
            "EmptyName",
            f"{parameter} must not be empty, got ''",
            remedy="leave it out to have a name generated"
            if parameter in {"serverless_cache_name", "user_group_name"}
            else "",
            parameter=parameter,
            value=value,
        )


def check_identifier(parameter: str, value: str) -> None:
    """Refuse a user id or user group id that the service refuses.

    :raises ValidationError: ``EmptyName`` or ``InvalidIdentifier``.
    """
    check_not_empty(parameter, value)
    if flaw := _flaw(mask_references(value)):
        raise ValidationError(
            "InvalidIdentifier", f"{parameter} must {flaw}, got {value!r}", parameter=parameter, value=value
        )


def check_backup_name(name: str) -> None:
    """Refuse a name of a final backup that the service refuses.

    :raises ValidationError: ``InvalidBackupNameStart``, ``InvalidBackupNameCharacters``,
        ``InvalidBackupNameEnd``, ``InvalidBackupNameConsecutiveHyphens`` or ``InvalidBackupNameLength``.
    """
    parameter = "backup_name_before_deletion"
    judged = mask_references(name)
    for code, flaw in (
        ("InvalidBackupNameStart", _bad_start(judged)),
        ("InvalidBackupNameCharacters", _bad_characters(judged)),
        ("InvalidBackupNameEnd", _bad_end(judged)),
        ("InvalidBackupNameConsecutiveHyphens", _bad_hyphens(judged)),
        ("InvalidBackupNameLength", _too_long(judged, MAX_BACKUP_NAME)),
    ):
        if flaw:
            raise ValidationError(
                code, f"{parameter} must {flaw}, got {name!r}", parameter=parameter, value=name
            )


def doubts_about_cache_name(name: str) -> Iterator[Doubt]:
    """Tell of a cache name that the service is likely to refuse."""
    judged = mask_references(name)
    if flaw := _flaw(judged) or _too_long(judged, USUAL_MAX_NAME):
        yield Doubt(
            "doubtful-name", f"serverless_cache_name should {flaw}, got {name!r}", "AWS may refuse it"
        )


def doubts_about_identifier(parameter: str, value: str) -> Iterator[Doubt]:
    """Tell of a user id or user group id that passes the documented rules and is still likely refused."""
    if flaw := _too_long(mask_references(value), USUAL_MAX_NAME):
        yield Doubt("doubtful-name", f"{parameter} should {flaw}, got {value!r}", "AWS may refuse it")


def doubts_about_user_name(name: str) -> Iterator[Doubt]:
    """Tell of a user name that no client can log in with."""
    if any(character.isspace() or character == "\0" for character in name):
        yield Doubt(
            "doubtful-name", f"user_name should not contain blanks, got {name!r}", "the engine refuses it"
        )


def doubts_about_iam_name(user_id: str) -> Iterator[Doubt]:
    """Tell of an IAM user whose name the service will not find equal to its id.

    ElastiCache stores ids in lower case and names as they are, and asks the two to be equal:
    https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth-iam.html#auth-iam-limits
    """
    judged = mask_references(user_id)
    if judged != judged.lower():
        yield Doubt(
            "iam-user-capitals",
            f"user_id should be in lower case for an IAM user, got {user_id!r}: AWS stores ids so, and the name has to "
            "equal the id",
            f"write {user_id.lower()!r}" if judged == user_id else "write it in lower case",
        )


def doubts_about_new_user(user_id: str) -> Iterator[Doubt]:
    """Tell of a new user whose id is taken in every account.

    https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Clusters.RBAC.html: the default user can neither be
    modified nor deleted, and a replacement needs another id.
    """
    if user_id.lower() == DEFAULT_USER:
        yield Doubt(
            "reserved-user-id",
            f"user_id should not be {DEFAULT_USER!r} for a new user: AWS has made that one already and refuses a "
            "second",
            f"give another user_id and user_name={DEFAULT_USER!r}, or import the existing user with "
            f"NoPasswordUser.from_user_attributes(user_id={DEFAULT_USER!r})",
        )


def _flaw(value: str) -> str:
    return _bad_start(value) or _bad_characters(value) or _bad_end(value) or _bad_hyphens(value)


def _bad_start(value: str) -> str:
    return "" if value and value[0] in ascii_letters else "begin with an ASCII letter"


def _bad_characters(value: str) -> str:
    return "" if _IDENTIFIER.issuperset(value) else "contain only ASCII letters, digits and hyphens"


def _bad_end(value: str) -> str:
    return "not end with a hyphen" if value.endswith("-") else ""


def _bad_hyphens(value: str) -> str:
    return "not contain two hyphens in a row" if "--" in value else ""


def _too_long(value: str, longest: int) -> str:
    return f"have at most {longest} characters" if len(value) > longest else ""
