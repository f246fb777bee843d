"""Users and groups: every class, every option, alone and together."""

from typing import Any

from aws_cdk import CfnParameter, SecretValue, Stack
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from .. import parts
from ..building import case, each, output

SECRET_ARN = "arn:aws:secretsmanager:us-east-1:111122223333:secret:mine-a1b2c3"


def password_user(
    stack: Stack, lib: Any, passwords: list[SecretValue], id: str = "User", **props: Any
) -> Any:
    access_control = lib.AccessControl.from_access_string("on ~* +@all")
    props = {"user_id": "my-user", "access_control": access_control, **props}
    return lib.PasswordUser(stack, id, passwords=passwords, **props)


@case()
def an_iam_user(stack: Stack, lib: Any) -> None:
    parts.user_outputs(stack, parts.iam_user(stack, lib))


@each("VALKEY", "REDIS")
def an_iam_user_of_an_engine(stack: Stack, lib: Any, engine: str) -> None:
    parts.user_outputs(stack, parts.iam_user(stack, lib, engine=getattr(lib.UserEngine, engine)))


@each("valkey", "redis")
def an_iam_user_of_an_engine_by_of(stack: Stack, lib: Any, engine: str) -> None:
    parts.user_outputs(stack, parts.iam_user(stack, lib, engine=lib.UserEngine.of(engine)))


@case()
def an_iam_user_of_an_engine_of_tokens(stack: Stack, lib: Any) -> None:
    parts.iam_user(stack, lib, engine=lib.UserEngine.of(parts.text_parameter(stack)))


@case()
def an_iam_user_with_its_name(stack: Stack, lib: Any) -> None:
    parts.user_outputs(stack, parts.iam_user(stack, lib, user_name="my-user"))


@each(**parts.TEXT_TOKENS)
def an_iam_user_of_tokens(stack: Stack, lib: Any, token: Any) -> None:
    text = token(stack)
    parts.user_outputs(stack, parts.iam_user(stack, lib, user_id=text, user_name=text))


@each("Mixed-Case-9", warns=("iam-user-capitals",))
def a_user_id_with_capitals(stack: Stack, lib: Any, user_id: str) -> None:
    parts.user_outputs(stack, parts.iam_user(stack, lib, user_id=user_id))


@each("a", "u" * 40)
def a_user_id(stack: Stack, lib: Any, user_id: str) -> None:
    parts.user_outputs(stack, parts.iam_user(stack, lib, user_id=user_id))


@each(
    "off -@all", "on ~* +@all", "on ~app:* %R~other:* resetchannels &news:* -@all +@read +get|x", " on  ~* "
)
def an_access_string(stack: Stack, lib: Any, text: str) -> None:
    access_control = lib.AccessControl.from_access_string(text)
    parts.user_outputs(stack, parts.iam_user(stack, lib, access_control=access_control))


@each(**parts.TEXT_TOKENS)
def an_access_string_of_tokens(stack: Stack, lib: Any, token: Any) -> None:
    access_control = lib.AccessControl.from_access_string(token(stack))
    parts.user_outputs(stack, parts.iam_user(stack, lib, access_control=access_control))


@case()
def an_access_control_of_a_class_of_the_app(stack: Stack, lib: Any) -> None:
    class ReadOnly(lib.AccessControl):  # type: ignore[misc]  # one class of two libraries
        @property
        def access_string(self) -> str:
            return "on ~* -@all +@read"

    parts.user_outputs(stack, parts.iam_user(stack, lib, access_control=ReadOnly()))


@each(
    by_name=lambda _: SecretValue.secrets_manager("my-secret"),
    by_name_and_field=lambda _: SecretValue.secrets_manager("my-secret", json_field="password"),
    by_name_and_stage=lambda _: SecretValue.secrets_manager("my-secret", version_stage="AWSPREVIOUS"),
    by_arn=lambda _: SecretValue.secrets_manager(SECRET_ARN),
    own=lambda stack: secretsmanager.Secret(stack, "Secret").secret_value,
    own_field=lambda stack: secretsmanager.Secret(stack, "Secret").secret_value_from_json("password"),
    imported=lambda stack: secretsmanager.Secret.from_secret_name_v2(stack, "Secret", "mine").secret_value,
    cfn_parameter=lambda stack: SecretValue.cfn_parameter(CfnParameter(stack, "Password", no_echo=True)),
    resource_attribute=lambda stack: SecretValue.resource_attribute(
        secretsmanager.CfnSecret(stack, "Secret").attr_id
    ),
    plain=lambda _: SecretValue.unsafe_plain_text("a-password-of-24-letters"),
)
def a_password(stack: Stack, lib: Any, make: Any) -> None:
    parts.user_outputs(stack, password_user(stack, lib, [make(stack)]))


@case(warns=("ssm-secure",))
def a_password_of_the_parameter_store(stack: Stack, lib: Any) -> None:
    parts.user_outputs(stack, password_user(stack, lib, [SecretValue.ssm_secure("my-parameter", "1")]))


@case()
def two_passwords(stack: Stack, lib: Any) -> None:
    passwords = [SecretValue.secrets_manager("one"), SecretValue.secrets_manager("two")]
    parts.user_outputs(stack, password_user(stack, lib, passwords))


@each(
    name={"user_name": "my-name"},
    same_name={"user_name": "my-user"},
    name_with_signs={"user_name": "me@example.com"},
    default_name={"user_name": "default"},
    mixed={"user_id": "Mixed", "user_name": "Mixed"},
)
def a_password_user(stack: Stack, lib: Any, props: dict[str, Any]) -> None:
    parts.user_outputs(stack, password_user(stack, lib, [SecretValue.secrets_manager("one")], **props))


@each("VALKEY", "REDIS")
def a_password_user_of_an_engine(stack: Stack, lib: Any, engine: str) -> None:
    passwords = [SecretValue.secrets_manager("one")]
    parts.user_outputs(stack, password_user(stack, lib, passwords, engine=getattr(lib.UserEngine, engine)))


@each(**parts.TEXT_TOKENS)
def a_password_user_of_tokens(stack: Stack, lib: Any, token: Any) -> None:
    text = token(stack)
    passwords = [SecretValue.secrets_manager("one")]
    parts.user_outputs(stack, password_user(stack, lib, passwords, user_id=text, user_name=f"name-{text}"))


@each(
    none={},
    engine={"engine": "REDIS"},
    name={"user_name": "somebody"},
    default_name={"user_name": "default"},
)
def a_user_without_password(stack: Stack, lib: Any, props: dict[str, str]) -> None:
    given: dict[str, Any] = dict(props)
    if "engine" in given:
        given["engine"] = lib.UserEngine.REDIS
    access_control = lib.AccessControl.from_access_string("off -@all")
    user = lib.NoPasswordUser(stack, "User", user_id="nobody", access_control=access_control, **given)
    parts.user_outputs(stack, user)


@case(warns=("reserved-user-id",))
def a_new_user_with_the_id_default(stack: Stack, lib: Any) -> None:
    parts.user_outputs(stack, parts.iam_user(stack, lib, user_id="default"))


@case(warns=("DuplicateName",))
def two_users_of_one_id(stack: Stack, lib: Any) -> None:
    parts.iam_user(stack, lib, "One", user_id="same")
    parts.iam_user(stack, lib, "Other", user_id="same")


@case()
def a_group_of_nobody(stack: Stack, lib: Any) -> None:
    parts.group_outputs(stack, lib.UserGroup(stack, "Group"))


@case()
def a_group_whose_options_are_none(stack: Stack, lib: Any) -> None:
    parts.group_outputs(stack, lib.UserGroup(stack, "Group", engine=None, user_group_name=None, users=None))


@each("my-group", "My-Group", "g" * 40)
def a_group_name(stack: Stack, lib: Any, name: str) -> None:
    parts.group_outputs(stack, lib.UserGroup(stack, "Group", user_group_name=name))


@each(**parts.TEXT_TOKENS)
def a_group_name_of_tokens(stack: Stack, lib: Any, token: Any) -> None:
    parts.group_outputs(stack, lib.UserGroup(stack, "Group", user_group_name=token(stack)))


@case()
def a_group_of_an_engine_of_tokens(stack: Stack, lib: Any) -> None:
    lib.UserGroup(stack, "Group", engine=lib.UserEngine.of(parts.text_parameter(stack)))


@case()
def a_valkey_group_of_users_of_both_engines(stack: Stack, lib: Any) -> None:
    users = [
        parts.iam_user(stack, lib, "Zoe", "zoe"),
        parts.iam_user(stack, lib, "Amy", "amy", engine=lib.UserEngine.REDIS),
        password_user(stack, lib, [SecretValue.secrets_manager("s")], "Mia", user_id="mia"),
    ]
    parts.group_outputs(stack, lib.UserGroup(stack, "Group", engine=lib.UserEngine.VALKEY, users=users))


@case(warns=("no-password-user-in-valkey-group",))
def a_valkey_group_with_a_user_without_password(stack: Stack, lib: Any) -> None:
    lib.UserGroup(stack, "Group", users=[parts.default_user(stack, lib)])


@case()
def a_redis_group(stack: Stack, lib: Any) -> None:
    users = [parts.default_user(stack, lib), parts.iam_user(stack, lib, engine=lib.UserEngine.REDIS)]
    parts.group_outputs(stack, lib.UserGroup(stack, "Group", engine=lib.UserEngine.REDIS, users=users))


@case()
def a_redis_group_that_gets_its_default_user_last(stack: Stack, lib: Any) -> None:
    group = lib.UserGroup(stack, "Group", engine=lib.UserEngine.REDIS)
    group.add_user(parts.iam_user(stack, lib, engine=lib.UserEngine.REDIS))
    parts.cache(stack, lib, engine=lib.CacheEngine.REDIS_7, user_group=group)
    group.add_user(parts.default_user(stack, lib))
    parts.group_outputs(stack, group)


@case()
def users_added_one_by_one(stack: Stack, lib: Any) -> None:
    group = lib.UserGroup(stack, "Group", users=[parts.iam_user(stack, lib, "C", "c")])
    group.add_user(parts.iam_user(stack, lib, "A", "a"))
    group.add_user(parts.iam_user(stack, lib, "B", "b"))
    parts.group_outputs(stack, group)


@case()
def a_group_of_users_of_tokens(stack: Stack, lib: Any) -> None:
    users = [parts.iam_user(stack, lib, f"User{i}", parts.text_parameter(stack, f"Id{i}")) for i in range(3)]
    lib.UserGroup(stack, "Group", users=users)


@case()
def a_user_in_two_groups(stack: Stack, lib: Any) -> None:
    user = parts.iam_user(stack, lib)
    lib.UserGroup(stack, "One", users=[user])
    lib.UserGroup(stack, "Other", users=[user])


@case()
def a_group_with_imported_users(stack: Stack, lib: Any) -> None:
    users = [
        parts.iam_user(stack, lib),
        lib.IamUser.from_user_attributes(stack, "Name", user_id="one", user_name="one"),
        lib.PasswordUser.from_user_id(stack, "Id", "another"),
    ]
    parts.group_outputs(stack, lib.UserGroup(stack, "Group", users=users))


@case()
def a_redis_group_with_an_imported_default_user(stack: Stack, lib: Any) -> None:
    user = lib.NoPasswordUser.from_user_attributes(
        stack, "Default", user_id="default", user_name="default", engine=lib.UserEngine.REDIS
    )
    lib.UserGroup(stack, "Group", engine=lib.UserEngine.REDIS, users=[user])


@case()
def a_group_of_users_deeper_in_the_tree(stack: Stack, lib: Any) -> None:
    inner = Construct(Construct(stack, "Outer"), "Inner")
    lib.UserGroup(
        stack, "Group", users=[parts.iam_user(inner, lib), parts.iam_user(stack, lib, "Top", "top")]
    )


@each(
    valkey_on_valkey=("VALKEY", "VALKEY_8"),
    redis_on_valkey=("REDIS", "VALKEY_LATEST"),
    redis_on_redis=("REDIS", "REDIS_7"),
)
def a_group_on_a_cache(stack: Stack, lib: Any, engines: tuple[str, str]) -> None:
    group_engine, cache_engine = engines
    engine = lib.UserEngine.REDIS
    users = [parts.default_user(stack, lib), parts.iam_user(stack, lib, engine=engine)]
    group = lib.UserGroup(
        stack, "Group", engine=getattr(lib.UserEngine, group_engine), users=users[group_engine == "VALKEY" :]
    )
    cache = parts.cache(stack, lib, engine=getattr(lib.CacheEngine, cache_engine), user_group=group)
    parts.cache_outputs(stack, cache)


@case()
def a_group_on_two_caches(stack: Stack, lib: Any) -> None:
    group = lib.UserGroup(stack, "Group")
    parts.cache(stack, lib, "One", user_group=group)
    parts.cache(stack, lib, "Other", user_group=group)


@case()
def a_group_with_a_name_of_tokens_on_a_cache(stack: Stack, lib: Any) -> None:
    group = lib.UserGroup(stack, "Group", user_group_name=parts.text_parameter(stack))
    parts.cache(stack, lib, user_group=group)


@case()
def what_a_class_says_of_things(stack: Stack, lib: Any) -> None:
    user, group, cache = parts.iam_user(stack, lib), lib.UserGroup(stack, "Group"), parts.cache(stack, lib)
    imported = lib.IamUser.from_user_id(stack, "Imported", "me")
    things = [user, group, cache, imported, None, "text", 7, stack]
    questions = [
        lib.IamUser.is_iam_user,
        lib.PasswordUser.is_password_user,
        lib.NoPasswordUser.is_no_password_user,
        lib.UserGroup.is_user_group,
        lib.ServerlessCache.is_serverless_cache,
    ]
    output(stack, Answers=str([[question(thing) for thing in things] for question in questions]))
