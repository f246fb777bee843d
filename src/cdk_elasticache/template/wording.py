"""The model's messages in the words of a template's author.

The model knows arguments by their Python names, and ways out by what constructs have. A template has properties.
"""

import re

from ..errors import ElastiCacheError
from ..model.doubts import Doubt

#: Python's name of an argument: the property.
_PROPERTIES = {
    "access_string": "AccessString",
    "authentication_mode": "AuthenticationMode",
    "backup_arns_to_restore": "SnapshotArnsToRestore",
    "backup_name_before_deletion": "FinalSnapshotName",
    "backup_retention_limit": "SnapshotRetentionLimit",
    "backup_time": "DailySnapshotTime",
    "connection_type": "ConnectionType",
    "daily_snapshot_time": "DailySnapshotTime",
    "data_storage_maximum_size": "CacheUsageLimits.DataStorage.Maximum",
    "data_storage_minimum_size": "CacheUsageLimits.DataStorage.Minimum",
    "data_storage_unit": "CacheUsageLimits.DataStorage.Unit",
    "description": "Description",
    "engine": "Engine",
    "network_type": "NetworkType",
    "passwords": "AuthenticationMode.Passwords",
    "request_rate_limit_maximum": "CacheUsageLimits.ECPUPerSecond.Maximum",
    "request_rate_limit_minimum": "CacheUsageLimits.ECPUPerSecond.Minimum",
    "serverless_cache_name": "ServerlessCacheName",
    "user_group": "UserGroupId",
    "user_group_id": "UserGroupId",
    "user_id": "UserId",
    "user_name": "UserName",
    "users": "UserIds",
}

#: By code or id: the way out, where the model's own is of constructs.
_REMEDIES = {
    "EmptyName": "",
    "IamUserNameMustEqualUserId": "give both the same value",
    "RedisUserGroupEngineMismatch": "set Engine of the user to redis, or that of the group to valkey",
    "RedisUserGroupMismatch": "name a redis group, or set Engine of the cache to valkey",
    "RedisUserGroupMissingDefaultUser": "add the id of a user whose UserName is default; the one that AWS has made has "
    "the id default",
    "UnsupportedEngineForNoPassword": "set Engine to redis, or AuthenticationMode.Type to password or iam",
    "no-password-user-in-valkey-group": "set Engine of the group to redis, or AuthenticationMode.Type of the user to "
    "password or iam",
    "reserved-user-id": "give another UserId, with the UserName default; or leave the resource out, and name default "
    "in UserIds",
}

#: A name of two words or more is no word of English; one of one word may be, but where it begins the message.
_NAME = re.compile(rf"\b({'|'.join(name for name in sorted(_PROPERTIES, reverse=True) if '_' in name)})\b")


def reword(error: ElastiCacheError) -> ElastiCacheError:
    """Put an error of the model in a template author's words."""
    error.say(_in_properties(error.problem), _REMEDIES.get(error.code, error.remedy))
    if error.parameter in _PROPERTIES:
        error.parameter = f"Properties.{_PROPERTIES[error.parameter]}"
    return error


def reworded(doubt: Doubt) -> Doubt:
    """A doubt of the model in a template author's words."""
    return doubt._replace(problem=_in_properties(doubt.problem), remedy=_REMEDIES.get(doubt.id, doubt.remedy))


def _in_properties(problem: str) -> str:
    """A message whose rule names properties. What was given is left alone: it may be any text."""
    rule, got, given = problem.partition(", got ")
    first, blank, rest = rule.partition(" ")
    named = f"Properties.{_PROPERTIES[first]}" if first in _PROPERTIES else first
    return f"{named}{blank}{_NAME.sub(lambda name: _PROPERTIES[name[0]], rest)}{got}{given}"
