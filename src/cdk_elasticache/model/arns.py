"""ARNs of caches, users and user groups: ``arn:aws:elasticache:REGION:ACCOUNT:TYPE:NAME``.

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticache.html. A slash
before the name, as the alpha module writes it, is read as well; a colon is what the service writes.
"""

from typing import NamedTuple

from ..errors import ValidationError


class Kind(NamedTuple):
    """A kind of resource that can be imported by its ARN, and the words its errors use."""

    type: str
    parameter: str
    code: str


CACHE = Kind("serverlesscache", "serverless_cache_arn", "InvalidCacheArn")
USER = Kind("user", "user_arn", "InvalidUserArn")
USER_GROUP = Kind("usergroup", "user_group_arn", "InvalidUserGroupArn")


class Arn(NamedTuple):
    """The parts of an ARN that an import needs."""

    region: str
    account: str
    name: str


def parse_arn(arn: str, kind: Kind) -> Arn:
    """Take an ARN of this kind apart.

    :raises ValidationError: ``kind.code`` where it isn't one.
    """
    head, _, rest = arn.partition(":elasticache:")
    fields = rest.split(":", 2)
    resource = fields[2] if len(fields) == 3 else ""
    separator = resource[len(kind.type) : len(kind.type) + 1]
    name = resource[len(kind.type) + 1 :]
    partition = head.removeprefix("arn:")
    if (
        partition == head
        or not partition
        or ":" in partition
        or not resource.startswith(kind.type)
        or separator not in {":", "/"}
        or not name
        or any(character.isspace() for character in arn)
        or ":" in name
        or "/" in name
    ):
        raise ValidationError(
            kind.code,
            f"{kind.parameter} must be arn:PARTITION:elasticache:REGION:ACCOUNT:{kind.type}:NAME, got {arn!r}",
            parameter=kind.parameter,
            value=arn,
        )
    return Arn(fields[0], fields[1], name)
