"""What every import has in common: a name or an ARN, and where the thing is."""

from typing import NamedTuple

from aws_cdk import ArnFormat, Fn
from constructs import Construct

from ..errors import ValidationError
from ..model.arns import Kind, parse_arn
from ..model.references import has_reference
from .arguments import check_text
from .lookups import is_dummy
from .places import stack_of
from .tokens import hide_unknown, in_lower_case


class Imported(NamedTuple):
    """The identity of something that exists already.

    :param region: where the ARN says it is; ``None`` where no ARN says so.
    :param account: whose the ARN says it is; ``None`` where no ARN says so.
    """

    name: str
    arn: str
    region: str | None = None
    account: str | None = None


def identify(
    scope: Construct, kind: Kind, noun: str, name_parameter: str, name: str | None, arn: str | None
) -> Imported:
    """Find name and ARN of an import from the one of them that was given.

    :param noun: as codes of errors have it: ``Cache``, ``User``, ``UserGroup``.
    :raises ValidationError: ``Conflicting<noun>Identifiers``, ``Missing<noun>Identifier`` or ``kind.code``.
    """
    check_text(name_parameter, name)
    check_text(kind.parameter, arn)
    if name and arn:
        raise ValidationError(
            f"Conflicting{noun}Identifiers",
            f"{name_parameter} must not be given with {kind.parameter}, got both",
            remedy="the ARN holds the name",
            parameter=name_parameter,
            value=name,
        )
    if arn:
        return _from_arn(kind, arn)
    if name:
        if name.startswith("arn:") or any(character.isspace() for character in name):
            remedy = f"give it as {kind.parameter}" if name.startswith("arn:") else ""
            raise ValidationError(
                "InvalidIdentifier",
                f"{name_parameter} must be a name, got {name!r}",
                remedy=remedy,
                parameter=name_parameter,
                value=name,
            )
        return Imported(name, _arn_of(scope, kind, name))
    raise ValidationError(
        f"Missing{noun}Identifier",
        f"{name_parameter} must be given, or {kind.parameter}, got neither",
        parameter=name_parameter,
        value=name,
    )


def _arn_of(scope: Construct, kind: Kind, name: str) -> str:
    return stack_of(scope).format_arn(
        service="elasticache",
        resource=kind.type,
        # ElastiCache stores names in lower case, and an ARN in a policy is compared letter by letter.
        resource_name=in_lower_case(name),
        arn_format=ArnFormat.COLON_RESOURCE_NAME,
    )


def _from_arn(kind: Kind, arn: str) -> Imported:
    if is_dummy(arn):
        return Imported(arn, arn)
    text, hidden = hide_unknown(arn)
    fields = text.split(":", 5)
    if {fields[0], fields[-1]} & hidden.keys():
        # The name is within a token, or after one that may hold any number of colons.
        if has_reference(arn):
            raise _unnamed(kind, arn)
        return Imported(Fn.select(6, Fn.split(":", arn)), arn)
    region, account, name = parse_arn(text, kind)
    return Imported(
        _shown(name, hidden),
        arn,
        None if region in hidden else region or None,
        None if account in hidden else account or None,
    )


def _unnamed(kind: Kind, arn: str) -> ValidationError:
    """CloudFormation puts the value of a dynamic reference in last, so nothing can take it apart."""
    return ValidationError(
        kind.code,
        f"{kind.parameter} must show where the name is, got {arn!r}",
        remedy="import it by its name, or write an ARN with a dynamic reference in the place of its name",
        parameter=kind.parameter,
        value=arn,
    )


def _shown(text: str, hidden: dict[str, str]) -> str:
    for word, token in hidden.items():
        text = text.replace(word, token)
    return text
