"""What a caller may pass: wrong Python types are refused here, by the name of the argument.

An argument is judged by the attributes that are used, never by its class: what the alpha module, another
construct library or a user's own class made serves as well.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any, NamedTuple, TypeVar

from ..errors import ArgumentTypeError, mask_logins

S = TypeVar("S")


class Wanted(NamedTuple):
    """What an argument must be.

    :param what: that in words.
    :param attributes: those it must have.
    :param remedy: how to come by one.
    :param named: whether the first attribute is its name, which must be a text.
    """

    what: str
    attributes: tuple[str, ...]
    remedy: str = ""
    named: bool = False


CACHE_ENGINE = Wanted(
    "a CacheEngine",
    ("engine_type", "major_engine_version"),
    "write CacheEngine.VALKEY_LATEST, or CacheEngine.of(...) for one without a name",
    named=True,
)
USER_ENGINE = Wanted(
    "a UserEngine", ("engine_type",), "write UserEngine.VALKEY or UserEngine.REDIS", named=True
)
ACCESS_CONTROL = Wanted(
    "an AccessControl", ("access_string",), "write AccessControl.from_access_string('on ~* +@all')"
)
SECRET = Wanted("a SecretValue", ("unsafe_unwrap",), "write SecretValue.secrets_manager('my-secret')")
VPC = Wanted("a VPC", ("select_subnets",), "write ec2.Vpc(...) or ec2.Vpc.from_lookup(...)")
SUBNET = Wanted("a subnet", ("subnet_id",))
SECURITY_GROUP = Wanted("a security group", ("security_group_id",), "write ec2.SecurityGroup(...)")
KEY = Wanted("a KMS key", ("key_id",), "write kms.Key(...) or kms.Key.from_key_arn(...)")
SCHEDULE = Wanted(
    "a Schedule", ("expression_string",), "write events.Schedule.cron(hour='9', minute='0')", named=True
)
SIZE = Wanted("a Size", ("to_gibibytes",), "write Size.gibibytes(2)")
USER = Wanted(
    "a user",
    ("user_id", "user_arn"),
    "write IamUser.from_user_id(...) for one that exists already",
    named=True,
)
USER_GROUP = Wanted(
    "a user group",
    ("user_group_name", "user_group_arn"),
    "write UserGroup.from_user_group_name(...) for one that exists already",
    named=True,
)
CACHE = Wanted(
    "a serverless cache", ("serverless_cache_ref",), "pass a ServerlessCache, or a CfnServerlessCache"
)
GRANTEE = Wanted(
    "an identity of IAM", ("grant_principal",), "pass an iam.Role, a lambda Function or the like"
)


#: The arguments of which no value is ever shown.
_SECRETS = ("access_control", "access_string", "passwords")


def has(value: object, attribute: str) -> bool:
    """Whether a value has an attribute. Asks the class first: asking a proxy would read the value from Node."""
    try:
        return hasattr(type(value), attribute) or hasattr(value, attribute)
    except Exception:
        return False


def check_object(parameter: str, value: object, wanted: Wanted) -> None:
    """Refuse a value that lacks an attribute we'd use, or has no text for its name.

    :raises ArgumentTypeError: ``WrongType``.
    """
    if isinstance(value, str) or not all(has(value, attribute) for attribute in wanted.attributes):
        raise wrong_type(parameter, wanted.what, value, _likely_remedy(value, wanted) or wanted.remedy)
    if wanted.named:
        check_required_text(f"{parameter}.{wanted.attributes[0]}", getattr(value, wanted.attributes[0]))


def _likely_remedy(value: object, wanted: Wanted) -> str:
    """How to come by what is wanted from what was given in its place."""
    if wanted is SECRET and has(value, "secret_value"):
        return "pass its secret_value"
    members = value if isinstance(value, list | tuple) and value else [value]
    if wanted is USER_GROUP and all(has(member, "user_id") for member in members):
        given = "them" if members is value else "it"
        return f"put {given} into a group: UserGroup(self, 'Group', users=[...])"
    return ""


def check_optional(parameter: str, value: object, wanted: Wanted) -> None:
    """Refuse a value that is neither ``None`` nor what is wanted.

    :raises ArgumentTypeError: ``WrongType``.
    """
    if value is not None:
        check_object(parameter, value, wanted)


def check_objects(parameter: str, values: object, wanted: Wanted) -> None:
    """Refuse anything but a list of what is wanted.

    :raises ArgumentTypeError: ``WrongType``.
    """
    if not isinstance(values, Sequence) or isinstance(values, str | bytes):
        one = not isinstance(values, str) and all(has(values, attribute) for attribute in wanted.attributes)
        remedy = f"put it into a list: {parameter}=[...]" if one else wanted.remedy
        raise wrong_type(parameter, f"a list, each of it {wanted.what}", values, remedy)
    for index, value in enumerate(values):
        check_object(f"{parameter}[{index}]", value, wanted)


def check_text(parameter: str, value: object) -> None:
    """Refuse what is neither ``None`` nor a ``str``.

    :raises ArgumentTypeError: ``WrongType``.
    """
    if value is not None and not isinstance(value, str):
        raise wrong_type(parameter, "a str", value)


def check_required_text(parameter: str, value: object) -> None:
    """Refuse what is no ``str``.

    :raises ArgumentTypeError: ``WrongType``.
    """
    if not isinstance(value, str):
        raise wrong_type(parameter, "a str", value)


def check_texts(parameter: str, values: object) -> None:
    """Refuse what is neither ``None`` nor a list of ``str``.

    :raises ArgumentTypeError: ``WrongType``.
    """
    if values is None:
        return
    if not isinstance(values, Sequence) or isinstance(values, str | bytes):
        remedy = f"put it into a list: {parameter}=[...]" if isinstance(values, str) else ""
        raise wrong_type(parameter, "a list of str", values, remedy)
    for index, value in enumerate(values):
        check_required_text(f"{parameter}[{index}]", value)


def check_dimensions(dimensions: object) -> None:
    """Refuse what is neither ``None`` nor a dict of texts.

    :raises ArgumentTypeError: ``WrongType``.
    """
    if dimensions is None:
        return
    if not isinstance(dimensions, Mapping):
        raise wrong_type("dimensions_map", "a dict of str", dimensions)
    for name, value in dimensions.items():
        check_required_text("dimensions_map", name)
        check_required_text(f"dimensions_map[{name!r}]", value)


def check_number(parameter: str, value: object) -> None:
    """Refuse what is neither ``None`` nor a number. ``True`` is no number.

    :raises ArgumentTypeError: ``WrongType``.
    """
    if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
        raise wrong_type(parameter, "a number", value)


def struct(parameter: str, value: object, kind: type[S]) -> S | None:
    """Read a struct: one of ours, a dict with its keys, or any object with its attributes.

    :raises ArgumentTypeError: ``WrongType``, or ``UnknownKey`` for a dict.
    """
    if value is None or isinstance(value, kind):
        return value
    names = [field.name for field in fields(kind)]  # type: ignore[arg-type]  # kind is a dataclass
    if isinstance(value, Mapping):
        return kind(**known_keys(parameter, value, names))
    # A construct is none, though a cache has backup_arns_to_restore as BackupSettings do.
    if has(value, "node") or not any(has(value, name) for name in names):
        raise wrong_type(parameter, f"a {kind.__name__} or a dict", value)
    return kind(**{name: getattr(value, name, None) for name in names})


def known_keys(parameter: str, value: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """Give a dict whose keys are all of ``names``.

    :raises ArgumentTypeError: ``UnknownKey``.
    """
    for key in value:
        if key not in names:
            raise ArgumentTypeError(
                "UnknownKey",
                f"{parameter} must have only the keys {', '.join(names)}, got {mask_logins(key)!r}",
                remedy=_nearest(key, names),
                parameter=parameter,
                value=key,
            )
    return dict(value)


def snake(name: str) -> str:
    """A name as Python has it: ``backup_time`` for ``backupTime``."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def _nearest(key: object, names: Sequence[str]) -> str:
    """The key that was likely meant: ``backupTime``, as JavaScript has it, is ``backup_time``."""
    from difflib import get_close_matches  # noqa: PLC0415 - slow to import, and only errors need it

    near = get_close_matches(snake(str(key)[:100]).lower(), names, n=1)
    return f"did you mean {near[0]}?" if near else ""


def wrong_type(parameter: str, what: str, value: object, remedy: str = "") -> ArgumentTypeError:
    """Make the error of an argument of another type than ``what`` says."""
    # What is given for a secret, or for an access string that may hold one, is likely the secret itself.
    secret = parameter.startswith(_SECRETS) and isinstance(value, str | bytes | list | tuple | dict)
    shown = _hidden(value) if secret else _shown(value)
    message = f"{parameter} must be {what}, got {shown}"
    return ArgumentTypeError(
        "WrongType", message, remedy=remedy, parameter=parameter, value=shown if secret else value
    )


def _shown(value: object) -> str:
    if isinstance(value, str | int | float):
        text = repr(mask_logins(value))
        return text if len(text) <= 80 else f"{text[:77]}..."
    return _hidden(value)


def _hidden(value: object) -> str:
    if value is None:
        return "None"
    kind = type(value).__name__
    size = f" of {len(value)} characters" if isinstance(value, str) else ""
    return f"{'an' if kind[0] in 'AEIOaeio' else 'a'} {kind}{size}"
