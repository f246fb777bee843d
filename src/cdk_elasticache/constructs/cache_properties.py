"""From what a caller gives to the properties of ``AWS::ElastiCache::ServerlessCache``: checked, then rendered."""

from collections.abc import Mapping
from typing import Any

from aws_cdk import Size, SizeRoundingBehavior
from aws_cdk import aws_elasticache as cfn
from constructs import Construct

from ..errors import ValidationError
from ..model.backups import check_backup_arn, daily_time
from ..model.limits import check_backup_retention, check_data_storage, check_request_rate
from ..model.names import check_backup_name
from ..model.references import has_reference
from . import arguments
from .later import kms
from .lookups import is_dummy
from .places import environment_of
from .structs import BackupSettings, CacheUsageLimitsProperty
from .tokens import is_known, is_token, known

_Cfn = cfn.CfnServerlessCache


def limits_property(
    given: CacheUsageLimitsProperty | Mapping[str, Any] | None,
) -> cfn.CfnServerlessCache.CacheUsageLimitsProperty | None:
    """Give the property ``CacheUsageLimits``, absent where nothing is limited.

    :raises ArgumentTypeError: ``WrongType`` or ``UnknownKey``.
    :raises ValidationError: ``InvalidDataStorage...`` or ``InvalidRequestRate...``.
    """
    limits = arguments.struct("cache_usage_limits", given, CacheUsageLimitsProperty)
    if limits is None:
        return None
    smallest = _gibibytes("data_storage_minimum_size", limits.data_storage_minimum_size)
    largest = _gibibytes("data_storage_maximum_size", limits.data_storage_maximum_size)
    slowest, fastest = limits.request_rate_limit_minimum, limits.request_rate_limit_maximum
    arguments.check_number("request_rate_limit_minimum", slowest)
    arguments.check_number("request_rate_limit_maximum", fastest)
    check_data_storage(known(smallest), known(largest))
    check_request_rate(known(slowest), known(fastest))
    has_storage = smallest is not None or largest is not None
    has_rate = slowest is not None or fastest is not None
    if not has_storage and not has_rate:
        return None
    return _Cfn.CacheUsageLimitsProperty(
        data_storage=_Cfn.DataStorageProperty(unit="GB", minimum=smallest, maximum=largest)
        if has_storage
        else None,
        ecpu_per_second=_Cfn.ECPUPerSecondProperty(minimum=slowest, maximum=fastest) if has_rate else None,
    )


def backup_properties(given: BackupSettings | Mapping[str, Any] | None) -> dict[str, Any]:
    """Give the properties that ``backup`` sets, as arguments of ``CfnServerlessCache``.

    :raises ArgumentTypeError: ``WrongType`` or ``UnknownKey``.
    :raises ValidationError: ``InvalidBackup...`` or ``UnsupportedBackupSchedule``.
    """
    backup = arguments.struct("backup", given, BackupSettings)
    if backup is None:
        return {}
    retention, name, arns = (
        backup.backup_retention_limit,
        backup.backup_name_before_deletion,
        backup.backup_arns_to_restore,
    )
    arguments.check_number("backup_retention_limit", retention)
    if retention is not None and is_known(retention):
        check_backup_retention(retention)
    arguments.check_text("backup_name_before_deletion", name)
    if name is not None and is_known(name):
        check_backup_name(name)
    arguments.check_texts("backup_arns_to_restore", arns)
    for arn in arns if arns is not None and is_known(arns) else ():
        if is_known(arn):
            check_backup_arn(arn)
    arguments.check_optional("backup_time", backup.backup_time, arguments.SCHEDULE)
    time = backup.backup_time
    return {
        "daily_snapshot_time": None if time is None else _daily_time(time.expression_string),
        "snapshot_retention_limit": retention,
        "final_snapshot_name": name,
        "snapshot_arns_to_restore": None if arns is None else list(arns),
    }


def _daily_time(expression: str) -> str:
    if is_dummy(expression):
        return expression
    return daily_time(expression, lambda field: is_token(field) or has_reference(field))


def key_id(key: "kms.IKey | None", scope: Construct) -> str | None:
    """Give the property ``KmsKeyId``: the id of the key, and its ARN where it is of another account or region.

    :raises ArgumentTypeError: ``WrongType``.
    :raises ValidationError: ``AsymmetricKey`` for a key of this app that isn't symmetric.
    """
    if key is None:
        return None
    arguments.check_object("kms_key", key, arguments.KEY)
    resource = key.node.default_child if isinstance(key, kms.Key) else None
    if isinstance(resource, kms.CfnKey):
        spec, usage = resource.key_spec or "SYMMETRIC_DEFAULT", resource.key_usage or "ENCRYPT_DECRYPT"
        if (spec, usage) != ("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT") and is_known(spec) and is_known(usage):
            raise ValidationError(
                "AsymmetricKey",
                f"kms_key must be a symmetric key for encryption, got {spec} for {usage}",
                remedy="leave key_spec and key_usage of the key out",
                parameter="kms_key",
                value=spec,
            )
    name = key.key_arn if _is_elsewhere(key, scope) else key.key_id
    arguments.check_required_text("kms_key.key_id", name)
    return name


def _is_elsewhere(key: "kms.IKey", scope: Construct) -> bool:
    """Whether a key surely is of another account or region than the cache: a bare id can't be found there."""
    own = environment_of(scope)
    if own == (None, None) or not arguments.has(key, "env"):
        return False
    theirs = known(key.env.account), known(key.env.region)
    return any(None not in pair and pair[0] != pair[1] for pair in zip(own, theirs, strict=True))


def _gibibytes(parameter: str, size: Size | None) -> float | None:
    """A size in GiB, which CloudFormation calls GB; a size of a token stays a token."""
    if size is None:
        return None
    arguments.check_object(parameter, size, arguments.SIZE)
    try:
        gibibytes = size.to_gibibytes()
    except RuntimeError as error:
        bound = "Minimum" if "minimum" in parameter else "Maximum"
        if size.is_unresolved():
            flaw = "be in GiB, got a token in another unit"
        else:
            exact = size.to_gibibytes(rounding=SizeRoundingBehavior.NONE)
            flaw = f"be a whole number of GiB, got {exact:.6g} GiB"
        raise ValidationError(
            f"InvalidDataStorage{bound}",
            f"{parameter} must {flaw}",
            remedy="write Size.gibibytes(...)",
            parameter=parameter,
            value=size,
        ) from error
    arguments.check_number(parameter, gibibytes)
    return gibibytes
