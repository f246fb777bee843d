"""Things that exist already: imported by name, by ARN and by attributes."""

from typing import Any

from aws_cdk import Fn, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms

from .. import parts
from ..building import case, each, output
from ..corrections import arn_of_tokens, built_arn

IN_PLACE = {"region": "us-east-1", "account": "111122223333"}


def imported_cache_outputs(scope: Any, cache: Any) -> None:
    output(
        scope,
        Name=cache.serverless_cache_name,
        Arn=cache.serverless_cache_arn,
        RefArn=cache.serverless_cache_ref.serverless_cache_arn,
        Engine=None if cache.engine is None else cache.engine.to_string(),
        Subnets=None if cache.subnets is None else ",".join(subnet.subnet_id for subnet in cache.subnets),
        Groups=None
        if cache.security_groups is None
        else ",".join(group.security_group_id for group in cache.security_groups),
        Vpc=None if cache.vpc is None else cache.vpc.vpc_id,
        Key=None if cache.kms_key is None else cache.kms_key.key_arn,
        UserGroup=None if cache.user_group is None else cache.user_group.user_group_arn,
        Restored=None if cache.backup_arns_to_restore is None else ",".join(cache.backup_arns_to_restore),
        Stack=cache.stack.stack_name,
        Path=cache.node.path,
    )


def imported_user_outputs(scope: Any, user: Any) -> None:
    output(
        scope,
        Id=user.user_id,
        Name=user.user_name,
        Arn=user.user_arn,
        Engine=None if user.engine is None else user.engine.to_string(),
        Stack=user.stack.stack_name,
    )


def imported_group_outputs(scope: Any, group: Any) -> None:
    output(
        scope,
        Name=group.user_group_name,
        Arn=group.user_group_arn,
        Engine=None if group.engine is None else group.engine.to_string(),
        Users=None if group.users is None else ",".join(["users", *(user.user_id for user in group.users)]),
        Stack=group.stack.stack_name,
    )


@each("mine", "My-Cache", corrections=(built_arn,))
def a_cache_by_name(stack: Stack, lib: Any, name: str) -> None:
    cache = lib.ServerlessCache.from_serverless_cache_name(stack, "Cache", name)
    imported_cache_outputs(stack, cache)
    cache.grant_connect(parts.role(stack))


@each(corrections=(built_arn,), **parts.TEXT_TOKENS)
def a_cache_by_a_name_of_tokens(stack: Stack, lib: Any, token: Any) -> None:
    cache = lib.ServerlessCache.from_serverless_cache_name(stack, "Cache", token(stack))
    imported_cache_outputs(stack, cache)
    cache.grant_connect(parts.role(stack))


@each(colon=parts.CACHE_ARN, slash=parts.CACHE_ARN.replace("cache:my", "cache/my"))
def a_cache_by_arn(stack: Stack, lib: Any, arn: str) -> None:
    cache = lib.ServerlessCache.from_serverless_cache_arn(stack, "Cache", arn)
    imported_cache_outputs(stack, cache)
    cache.grant_connect(parts.role(stack))


@each(parameter=parts.text_parameter, exported=lambda _: Fn.import_value("Arn"), corrections=(arn_of_tokens,))
def a_cache_by_an_arn_of_tokens(stack: Stack, lib: Any, token: Any) -> None:
    cache = lib.ServerlessCache.from_serverless_cache_arn(stack, "Cache", token(stack))
    imported_cache_outputs(stack, cache)
    cache.grant_connect(parts.role(stack))


@case(arn_of_tokens)
def a_cache_by_the_arn_of_another_of_the_app(stack: Stack, lib: Any) -> None:
    arn = parts.cache(stack, lib, "Own").serverless_cache_arn
    imported_cache_outputs(stack, lib.ServerlessCache.from_serverless_cache_arn(stack, "Cache", arn))


@each("VALKEY_8", "REDIS_7", "MEMCACHED_1_6", corrections=(built_arn,))
def a_cache_by_attributes(stack: Stack, lib: Any, engine: str) -> None:
    vpc = parts.vpc(stack)
    cache = lib.ServerlessCache.from_serverless_cache_attributes(
        stack,
        "Cache",
        serverless_cache_name="mine",
        engine=getattr(lib.CacheEngine, engine),
        backup_arns_to_restore=[parts.SNAPSHOT_ARN],
        kms_key=kms.Key.from_key_arn(stack, "Key", parts.KEY_ARN),
        vpc=vpc,
        subnets=vpc.private_subnets,
        security_groups=[ec2.SecurityGroup.from_security_group_id(stack, "Group", "sg-0123456789abcdef0")],
        user_group=lib.UserGroup.from_user_group_name(stack, "Users", "people"),
    )
    imported_cache_outputs(stack, cache)


@case()
def a_cache_by_arn_and_attributes(stack: Stack, lib: Any) -> None:
    cache = lib.ServerlessCache.from_serverless_cache_attributes(
        stack,
        "Cache",
        serverless_cache_arn=parts.CACHE_ARN,
        engine=lib.CacheEngine.REDIS_LATEST,
        subnets=[],
        security_groups=[],
        backup_arns_to_restore=[],
    )
    imported_cache_outputs(stack, cache)


@case(built_arn)
def a_cache_with_an_owned_group(stack: Stack, lib: Any) -> None:
    cache = lib.ServerlessCache.from_serverless_cache_attributes(
        stack, "Cache", serverless_cache_name="mine", user_group=lib.UserGroup(stack, "Users")
    )
    imported_cache_outputs(stack, cache)


CLASSES = ("IamUser", "PasswordUser", "NoPasswordUser", "UserBase")


@each(*CLASSES, corrections=(built_arn,))
def a_user_by_id(stack: Stack, lib: Any, kind: str) -> None:
    imported_user_outputs(stack, getattr(lib, kind).from_user_id(stack, "User", "My-User"))


@each(*CLASSES)
def a_user_by_arn(stack: Stack, lib: Any, kind: str) -> None:
    imported_user_outputs(stack, getattr(lib, kind).from_user_arn(stack, "User", parts.USER_ARN))


@each(*CLASSES, corrections=(built_arn,))
def a_user_by_attributes(stack: Stack, lib: Any, kind: str) -> None:
    user = getattr(lib, kind).from_user_attributes(
        stack, "User", user_id="me", user_name="myself", engine=lib.UserEngine.REDIS
    )
    imported_user_outputs(stack, user)


@each(corrections=(built_arn,), **parts.TEXT_TOKENS)
def a_user_by_an_id_of_tokens(stack: Stack, lib: Any, token: Any) -> None:
    imported_user_outputs(stack, lib.IamUser.from_user_id(stack, "User", token(stack)))


@case(arn_of_tokens)
def a_user_by_an_arn_of_tokens(stack: Stack, lib: Any) -> None:
    imported_user_outputs(stack, lib.IamUser.from_user_arn(stack, "User", Fn.import_value("Arn")))


@case()
def a_user_by_an_arn_with_a_slash_and_attributes(stack: Stack, lib: Any) -> None:
    user = lib.PasswordUser.from_user_attributes(
        stack,
        "User",
        user_arn="arn:aws:elasticache:us-east-1:111122223333:user/Other",
        user_name="other",
        engine=lib.UserEngine.VALKEY,
    )
    imported_user_outputs(stack, user)


@each("people", "My-People", corrections=(built_arn,))
def a_group_by_name(stack: Stack, lib: Any, name: str) -> None:
    imported_group_outputs(stack, lib.UserGroup.from_user_group_name(stack, "Group", name))


@each(colon=parts.GROUP_ARN, slash=parts.GROUP_ARN.replace("group:my", "group/my"))
def a_group_by_arn(stack: Stack, lib: Any, arn: str) -> None:
    imported_group_outputs(stack, lib.UserGroup.from_user_group_arn(stack, "Group", arn))


@case(arn_of_tokens)
def a_group_by_an_arn_of_tokens(stack: Stack, lib: Any) -> None:
    imported_group_outputs(stack, lib.UserGroup.from_user_group_arn(stack, "Group", Fn.import_value("Arn")))


@case(built_arn)
def a_group_by_attributes(stack: Stack, lib: Any) -> None:
    users = [parts.iam_user(stack, lib), lib.IamUser.from_user_id(stack, "Imported", "other")]
    group = lib.UserGroup.from_user_group_attributes(
        stack, "Group", user_group_name="people", engine=lib.UserEngine.REDIS, users=users
    )
    imported_group_outputs(stack, group)


@case()
def a_group_of_no_users_by_attributes(stack: Stack, lib: Any) -> None:
    group = lib.UserGroup.from_user_group_attributes(stack, "Group", user_group_arn=parts.GROUP_ARN, users=[])
    imported_group_outputs(stack, group)


@each(
    located=IN_PLACE,
    china={"region": "cn-north-1", "account": "111122223333"},
    region={"region": "eu-west-1"},
    corrections=(built_arn,),
)
def imports_into_a_stack_with_an_environment(stack: Stack, lib: Any, env: dict[str, str]) -> None:
    other = parts.beside(stack, "Located", env=env)
    imported_cache_outputs(
        parts.beside(stack, "One"), lib.ServerlessCache.from_serverless_cache_name(other, "Cache", "mine")
    )
    imported_user_outputs(parts.beside(stack, "Two"), lib.IamUser.from_user_id(other, "User", "me"))
    imported_group_outputs(
        parts.beside(stack, "Three"), lib.UserGroup.from_user_group_name(other, "Group", "people")
    )


@case()
def imports_into_an_environment_of_their_own(stack: Stack, lib: Any) -> None:
    cache = lib.ServerlessCache.from_serverless_cache_name(stack, "Cache", "mine")
    output(stack, Region=cache.env.region, Account=cache.env.account)
