"""A declaration that runs: real Valkey, real gateways, real clients, changed while they are connected."""

import asyncio
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import redis

from cdk_elasticache import local
from cdk_elasticache.errors import ElastiCacheError
from cdk_elasticache.local import running as local_running
from tests.local.control_plane.conftest import (
    PASSWORD,
    Write,
    assert_gone,
    cache,
    group,
    next_texts,
    role,
    storage,
    user,
    watched,
)
from tests.local.control_plane.holding import (
    Held,
    client_id,
    connect,
)


def test_a_block_runs_what_is_declared_and_leaves_nothing_behind(write: Write) -> None:
    source = write(
        {"Port": {"Value": {"Fn::GetAtt": ["Cache", "Endpoint.Port"]}}},
        App=user("app"),
        Team=group("team", "App"),
        Cache=cache("shop", of="Team"),
    )
    with local.run(source) as running:
        one = running.caches["Cache"]
        with one.redis("app") as client:
            assert client.set("greeting", "hello")
            assert client.get("greeting") == "hello"
        with one.valkey("app") as other:
            assert other.get("greeting") == "hello"
        assert running.outputs == {"Shop": {"Port": str(one.port)}}
        assert running.folder.exists()
    assert not running.folder.exists()
    assert_gone(running.folder)


def test_nothing_stays_of_a_program_that_was_killed_in_its_block(tmp_path: Path, write: Write) -> None:
    code = (
        "import os, signal, sys\n"
        "from cdk_elasticache import local\n"
        "with local.run(sys.argv[1]) as running:\n"
        "    print(running.folder, flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    argv = [sys.executable, "-c", code, str(write(Cache=cache("shop")))]
    killed = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert killed.returncode == -signal.SIGKILL
    folder = Path(killed.stdout.strip())
    assert_gone(folder)
    assert not folder.exists()


def test_asyncio_has_the_same_block(write: Write) -> None:
    async def main() -> str:
        async with local.run(write(Cache=cache("shop"))) as running:
            client = running.caches["Cache"].redis_async()
            async with client:
                await client.set("a", "1")
                return str(await client.get("a"))

    assert asyncio.run(main()) == "1"


def test_there_is_a_client_of_each_library_for_each_user(held: Held, write: Write) -> None:
    users = {"App": user("app"), "Web": user("web", authentication="iam")}
    allowed = role("worker", "OneCache", "Web")
    source = write(**users, Team=group("team", *users), OneCache=cache("one", of="Team"), Worker=allowed)
    one = held.up(source).caches["OneCache"]

    async def who_am_i() -> list[Any]:
        found = []
        for made in (one.redis_async(name), one.valkey_async(name)):
            found.append(await made.execute_command("ACL WHOAMI"))
            await made.aclose()
        glide = await one.glide(name)
        assert await glide.update_connection_password(one.login(name)[1], immediate_auth=True) == "OK"
        found.append(await glide.custom_command(["ACL", "WHOAMI"]))
        await glide.close()
        return found

    for name in ("app", "web"):
        with one.redis(name) as redis_py, one.valkey(name) as valkey_py:
            assert [redis_py.acl_whoami(), valkey_py.acl_whoami()] == [name, name]
        assert asyncio.run(who_am_i()) == [name, name, name.encode()]


@pytest.mark.parametrize("library", ["redis", "valkey"])
def test_each_new_connection_of_an_iam_user_is_signed_anew(
    held: Held, write: Write, monkeypatch: pytest.MonkeyPatch, library: str
) -> None:
    declared = {"Web": user("web", authentication="iam"), "Team": group("team", "Web")}
    role_of_it = role("worker", "ShopCache", "Web")
    running = held.up(write(**declared, ShopCache=cache("shop", of="Team"), Worker=role_of_it))
    with getattr(running.caches["ShopCache"], library)("web") as client:
        assert client.ping()
        client.disconnect_connection_pools()
        with monkeypatch.context() as hour_ago:
            hour_ago.setattr(local_running, "time", SimpleNamespace(time=lambda: time.time() - 3600))
            with pytest.raises(Exception, match="invalid username-password pair or user is disabled"):
                client.get("key")
        assert client.get("key") is None


def test_status_is_what_the_design_pins(held: Held, write: Write) -> None:
    source = write(
        App=user("app", "on ~app:* +@read"),
        Team=group("team", "App"),
        Cache=cache("Shop", of="Team"),
        Role=role("worker", "Cache"),
    )
    status = held.up(source).status
    stem = "arn:aws:elasticache:us-east-1:000000000000:"
    (one,) = status["caches"]
    port = one["endpoint"]["port"]
    assert {key: value for key, value in one.items() if key not in ("limits", "usage")} == {
        "stack": "Shop",
        "logical_id": "Cache",
        "name": "Shop",
        "arn": f"{stem}serverlesscache:shop",
        "engine": "valkey",
        "full_engine_version": "9.1",
        "runs_on": "valkey",
        "status": "available",
        "endpoint": {"address": "localhost", "port": port},
        "reader_endpoint": {"address": "localhost", "port": port + 1},
    }
    assert status["users"] == [
        {
            "stack": "Shop",
            "logical_id": "App",
            "id": "app",
            "name": "app",
            "arn": f"{stem}user:app",
            "authentication": "password",
            "access_string": "on ~app:* +@read",
            "status": "active",
        }
    ]
    (team,) = status["groups"]
    assert (team["id"], team["arn"], team["users"], team["caches"]) == (
        "team",
        f"{stem}usergroup:team",
        ["app"],
        ["Shop"],
    )
    (principal,) = status["principals"]
    assert (principal["logical_id"], principal["arn"]) == ("Role", "arn:aws:iam::000000000000:role/worker")
    assert (status["api"], Path(status["ca_file"]).parent) == (None, held.folder / "tls")


def test_a_change_of_one_cache_leaves_the_connections_of_another(held: Held, write: Write) -> None:
    before = held.up(write(A=cache("a"), B=cache("b")))
    with connect(before.caches["B"]) as client:
        client.client_setname("before")
        held.up(write(A=cache("a", Description="changed"), B=cache("b"), C=cache("c")))
        assert client_id(client) == "before"


def test_a_new_access_string_acts_on_an_open_connection(held: Held, write: Write) -> None:
    def shop(access: str) -> Path:
        return write(App=user("app", access), Team=group("team", "App"), Cache=cache("shop", of="Team"))

    one = held.up(shop("on ~* +@all")).caches["Cache"]
    with connect(one, "app") as client:
        client.client_setname("before")
        client.set("key", "value")
        held.up(shop("on ~* +@all -set"))
        with pytest.raises(
            redis.exceptions.NoPermissionError, match="no permissions to run the 'set' command"
        ):
            client.set("key", "other")
        assert (client.get("key"), client_id(client)) == ("value", "before")


def test_a_user_taken_out_of_the_group_loses_their_connections_and_others_keep_theirs(
    held: Held, write: Write
) -> None:
    def shop(*members: str) -> Path:
        return write(
            App=user("app"), Boss=user("boss"), Team=group("team", *members), Cache=cache("shop", of="Team")
        )

    one = held.up(shop("App", "Boss")).caches["Cache"]
    with connect(one, "app") as app, connect(one, "boss") as boss:
        app.ping()
        boss.client_setname("before")
        held.up(shop("Boss"))
        assert client_id(boss) == "before"
        with pytest.raises(redis.exceptions.ConnectionError):
            app.ping()
    with pytest.raises(redis.exceptions.AuthenticationError, match="invalid username-password pair"):
        connect(one, "app").ping()


def test_a_swapped_default_user_loses_their_connections(held: Held, write: Write) -> None:
    def shop(id: str) -> Path:
        default = user(id)
        default["Properties"]["UserName"] = "default"
        return write(
            App=user("app"), User=default, Team=group("team", "App", "User"), Cache=cache("shop", of="Team")
        )

    one = held.up(shop("first")).caches["Cache"]
    with connect(one, "app") as app, connect(one, "default") as default:
        app.client_setname("before")
        default.ping()
        held.up(shop("second"))
        assert client_id(app) == "before"
        with pytest.raises(redis.exceptions.ConnectionError):
            default.ping()
    with connect(one, "default") as second:
        assert second.ping()


def test_an_attached_group_with_a_default_user_closes_what_was_open_to_all(held: Held, write: Write) -> None:
    default = user("guest")
    default["Properties"]["UserName"] = "default"
    one = held.up(write(Cache=cache("shop"))).caches["Cache"]
    with connect(one) as anybody:
        anybody.ping()
        held.up(write(User=default, Team=group("team", "User"), Cache=cache("shop", of="Team")))
        with pytest.raises(redis.exceptions.ConnectionError):
            anybody.ping()


def test_a_limit_changes_while_clients_are_connected(held: Held, write: Write) -> None:
    one = held.up(write(Cache=cache("shop", CacheUsageLimits=storage(1)))).caches["Cache"]
    with connect(one) as client:
        client.client_setname("before")
        client.set("a", "x" * 1_000_000)
        source = write(Cache=cache("shop", CacheUsageLimits=storage(1)))
        after = held.up(source, limits={"shop": {"storage": 500_000}})
        with pytest.raises(redis.exceptions.OutOfMemoryError, match="maxmemory"):
            client.set("b", "x")
        assert client_id(client) == "before"
    assert after.status["caches"][0]["limits"] == {
        "declared": {"storage": 1, "ecpu": None},
        "here": {"storage": 500_000, "ecpu": None, "connections": 65_000},
    }


def test_a_removed_cache_is_gone_with_its_data(held: Held, write: Write) -> None:
    held.up(write(A=cache("a")))
    kept = list((held.folder / "caches").iterdir())
    two = held.up(write(A=cache("a"), B=cache("b")))
    assert len(list((held.folder / "caches").iterdir())) == 2
    one = held.up(write(A=cache("a")))
    assert list(one.caches) == ["A"]
    assert list((held.folder / "caches").iterdir()) == kept
    assert not (held.folder / "set-aside").exists()
    with pytest.raises(redis.exceptions.ConnectionError):
        connect(two.caches["B"]).ping()


def test_a_retained_cache_keeps_its_data_for_when_it_is_declared_again(held: Held, write: Write) -> None:
    kept = {**cache("kept"), "DeletionPolicy": "Retain"}
    first = held.up(write(A=cache("a"), Kept=kept))
    with connect(first.caches["Kept"]) as client:
        client.set("key", "value")
    without = held.up(write(A=cache("a")))
    assert list(without.caches) == ["A"]
    again = held.up(write(A=cache("a"), Kept=kept))
    with connect(again.caches["Kept"]) as client:
        assert client.get("key") == "value"


def test_a_replaced_cache_starts_empty_and_its_neighbour_keeps_its_data(held: Held, write: Write) -> None:
    first = held.up(write(A=cache("a", SubnetIds=["subnet-1"]), B=cache("b")))
    for one in first.caches.values():
        with connect(one) as client:
            client.set("key", "value")
    second = held.up(write(A=cache("a", SubnetIds=["subnet-2"]), B=cache("b")))
    found = []
    for one in second.caches.values():
        with connect(one) as client:
            found.append(client.get("key"))
    assert found == [None, "value"]


def test_the_log_says_which_grant_an_iam_user_lacks(held: Held, write: Write) -> None:
    running = held.up(
        write(
            Worker=user("worker", authentication="iam"),
            Team=group("team", "Worker"),
            Cache=cache("shop", of="Team"),
            Good=role("good", "Cache", "Worker"),
            Half=role("half", "Cache"),
        )
    )
    one = running.caches["Cache"]
    with connect(one, *one.login("worker", "good")) as client:
        assert client.ping()
    with watched(held.folder) as entries:
        with pytest.raises(redis.exceptions.AuthenticationError, match="invalid username-password pair"):
            connect(one, *one.login("worker", "half")).ping()
        texts = next_texts(entries, "refused")
    assert "grant_connect" in texts[-1]


def test_a_token_is_signed_for_the_name_in_lower_case_as_the_service_stores_it(
    held: Held, write: Write
) -> None:
    template = write(
        Worker=user("worker", authentication="iam"),
        Team=group("team", "Worker"),
        Cache=cache("ShopCache", of="Team"),
        Role=role("worker", "Cache", "Worker"),
    )
    running = held.up(template)
    with running.caches["Cache"].redis("worker") as client:
        assert client.ping()


def test_an_iam_user_logs_in_by_the_name_it_was_given_whatever_its_case(held: Held, write: Write) -> None:
    template = write(
        Worker=user("Worker", authentication="iam"),
        Team=group("team", "Worker"),
        Cache=cache("shop", of="Team"),
        Role=role("worker", "Cache", "Worker"),
    )
    one = held.up(template).caches["Cache"]
    assert one.login("worker")[0] == "Worker"
    with connect(one, *one.login("Worker")) as client:
        assert client.ping()


def test_credentials_stay_the_same_for_a_state_folder(tmp_path: Path, write: Write) -> None:
    source, state = write(Cache=cache("shop"), Role=role("worker", "Cache")), tmp_path / "kept"
    with local.run(source, state=state) as first:
        made = first.credentials("worker")
    with local.run(source, state=state) as second:
        assert second.credentials("Role") == made


def test_a_missing_secret_is_named_and_nothing_is_left_running(tmp_path: Path, write: Write) -> None:
    app = user("app")
    app["Properties"]["AuthenticationMode"]["Passwords"] = ["{{resolve:secretsmanager:prod/app}}"]
    source = write(App=app, Team=group("team", "App"), Cache=cache("shop", of="Team"))
    with pytest.raises(ElastiCacheError) as caught, local.run(source, state=tmp_path / "s"):
        pass
    assert str(caught.value) == (
        "secret prod/app must have a local value, got none; give it: cdk-elasticache secret set prod/app "
        "[SecretMissing]"
    )
    assert_gone(tmp_path / "s")

    with local.run(source, secrets={"prod/app": PASSWORD}) as running:
        assert connect(running.caches["Cache"], "app").ping()


def test_a_generated_secret_gives_name_and_password_and_others_are_left_alone(write: Write) -> None:
    made = {"SecretStringTemplate": '{"name": "app"}', "GenerateStringKey": "word"}
    login = {"Type": "AWS::SecretsManager::Secret", "Properties": {"GenerateSecretString": made}}
    beyond = {"SecretString": "{{resolve:ssm:/known/in/aws/only}}"}
    app = user("app")
    app["Properties"]["UserName"] = {"Fn::Sub": "{{resolve:secretsmanager:${Login}:SecretString:name}}"}
    app["Properties"]["AuthenticationMode"]["Passwords"] = [
        {"Fn::Sub": "{{resolve:secretsmanager:${Login}:SecretString:word::}}"}
    ]
    source = write(
        Login=login,
        Beyond={"Type": "AWS::SecretsManager::Secret", "Properties": beyond},
        App=app,
        Team=group("team", "App"),
        Cache=cache("shop", of="Team"),
    )
    with local.run(source) as running, running.caches["Cache"].redis("app") as client:
        assert client.acl_whoami() == "app"


def test_where_the_engine_is_another_than_declared_it_is_said(held: Held, write: Write) -> None:
    running = held.up(
        write(
            A=cache("a", MajorEngineVersion="8"),
            B=cache("b", MajorEngineVersion="9"),
            C=cache("c", engine="redis", SnapshotArnsToRestore=["arn:aws:s3:::bucket/dump.rdb"]),
        )
    )
    assert list(running.notes) == [
        "cache c starts empty: snapshots aren't restored here",
        "cache a: valkey_8 runs on valkey 9.1 here",
        "cache c: redis runs on valkey 9.1 here",
    ]
