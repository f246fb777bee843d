"""The commands that run things, run as a person runs them."""

import json
import os
import shutil
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from importlib.metadata import version
from pathlib import Path
from typing import Any

import botocore.session  # type: ignore[import-untyped]
import pytest
import redis

from cdk_elasticache.cli import main
from cdk_elasticache.local.control_plane.journal import Journal
from cdk_elasticache.local.control_plane.state import State, holder, wait_free
from tests.local.control_plane.conftest import (
    PASSWORD,
    Write,
    assert_gone,
    cache,
    group,
    processes_of,
    role,
    user,
    write,
)

__all__ = ["write"]  # a fixture


class Shell:
    """Runs commands in a folder, and ends what they began."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.state = folder, folder / ".cdk-elasticache"

    def run(self, *words: str, given: str = "") -> subprocess.CompletedProcess[str]:
        argv = [sys.executable, "-m", "cdk_elasticache", *words]
        return subprocess.run(argv, capture_output=True, text=True, check=False, input=given, cwd=self.folder)

    def start(self, *words: str) -> "subprocess.Popen[str]":
        argv = [sys.executable, "-m", "cdk_elasticache", *words]
        pipe = subprocess.PIPE
        return subprocess.Popen(argv, stdout=pipe, stderr=pipe, text=True, cwd=self.folder)


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    one = Shell(tmp_path)
    yield one
    one.run("down")
    assert_gone(tmp_path)


def ping(port: int, ca_file: str, **login: str) -> Any:
    with redis.Redis(host="localhost", port=port, ssl=True, ssl_ca_certs=ca_file, **login) as client:  # type: ignore[arg-type]
        return client.ping()


@pytest.fixture
def shop(write: Write) -> str:
    secret = {
        "Type": "AWS::SecretsManager::Secret",
        "Properties": {"Name": "app", "GenerateSecretString": {}},
    }
    app = user("app")
    app["Properties"]["AuthenticationMode"]["Passwords"] = ["{{resolve:secretsmanager:app}}"]
    return str(
        write(
            {"Where": {"Value": {"Fn::GetAtt": ["Cache", "Endpoint.Address"]}}},
            Secret=secret,
            App=app,
            Worker=user("worker", authentication="iam"),
            Team=group("team", "App", "Worker"),
            Cache=cache("shop", of="Team"),
            Role=role("signer", "Cache", "Worker") | {"Metadata": {"aws:cdk:path": "Shop/Signer/Resource"}},
        )
    )


def test_detached_it_stays_until_down_and_every_command_knows_it(shell: Shell, shop: str) -> None:
    up = shell.run("up", shop, "--detach", "--json", "--outputs-file", "outputs.json")
    assert up.returncode == 0, up.stderr
    status = json.loads(up.stdout)
    (one,) = status["caches"]
    port, ca_file = one["endpoint"]["port"], status["ca_file"]
    assert json.loads((shell.folder / "outputs.json").read_text()) == {"Shop": {"Where": "localhost"}}
    assert (
        "Shop | CREATE_COMPLETE             | AWS::ElastiCache::ServerlessCache | Cache (shop)" in up.stderr
    )

    secret = shell.run("secret", "get", "app").stdout.removesuffix("\n")
    assert len(secret) == 32
    assert ping(port, ca_file, username="app", password=secret)
    token = shell.run("token", "shop", "worker", "--principal", "Role").stdout.strip()
    assert ping(port, ca_file, username="worker", password=token)
    assert json.loads(shell.run("status", "--json").stdout)["caches"][0]["status"] == "available"
    assert f"localhost:{port}" in shell.run("status").stdout
    logs = [json.loads(line) for line in shell.run("logs", "--json").stdout.splitlines()]
    assert {"time", "source", "text"} == set(logs[0])
    everything = up.stdout + up.stderr + shell.run("logs").stdout
    assert secret not in everything

    down = shell.run("down")
    assert (down.returncode, down.stdout) == (0, f"stopped; the data stay in {shell.state}\n")
    assert_gone(shell.folder)
    gone = shell.run("status")
    assert (gone.returncode, gone.stdout) == (1, "")
    assert gone.stderr == (
        f"cdk-elasticache: a runtime must hold {shell.state}, got none; start it with cdk-elasticache up, or say with --state where it is "
        "[NotRunning]\n"
    )
    assert shell.run("secret", "get", "app").stdout == secret + "\n"
    assert shell.run("down", "--delete").returncode == 0
    assert not shell.state.exists()


def _open_to_all() -> dict[str, Any]:
    return {"Cache": cache("shop")}


def _of_an_iam_user() -> dict[str, Any]:
    worker = user("worker", authentication="iam")
    team, shop = group("team", "Worker"), cache("shop", of="Team")
    return {"Worker": worker, "Team": team, "Cache": shop, "Role": role("signer", "Cache", "Worker")}


def _of_a_user_with_a_password() -> dict[str, Any]:
    return {
        "Aoff": user("aoff", "off ~* +@all"),
        "App": user("app"),
        "Team": group("team", "Aoff", "App"),
        "Cache": cache("shop", of="Team"),
    }


@pytest.mark.parametrize("up_again", [False, True])
def test_a_runtime_whose_folder_is_removed_ends_and_leaves_nothing(
    shell: Shell, write: Write, up_again: bool
) -> None:
    source = str(write(Cache=cache("shop")))
    assert shell.run("up", source, "--detach").returncode == 0
    first = holder(shell.state)
    shutil.rmtree(shell.state)
    if up_again:
        assert shell.run("up", source, "--detach").returncode == 0
    while first in processes_of(shell.folder):
        pass
    assert shell.run("status").returncode == (0 if up_again else 1)
    assert (processes_of(shell.folder) != []) == up_again


@pytest.mark.parametrize("declared", [_open_to_all, _of_an_iam_user, _of_a_user_with_a_password])
def test_the_lines_to_paste_work_as_they_stand(
    shell: Shell, write: Write, monkeypatch: pytest.MonkeyPatch, declared: Callable[[], dict[str, Any]]
) -> None:
    place = "a place with 'odd' letters, ü"
    here = os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]])
    monkeypatch.setenv("PATH", here)  # the lines call cdk-elasticache
    try:
        up = shell.run("up", str(write(**declared())), "--detach", "--state", place)
        *_, typed, python = up.stdout.splitlines()
        told = "import getpass, sys; getpass.getpass = lambda: sys.argv[1]\n"
        asked = [sys.executable, "-c", f"{told}{python}\nprint(client.ping())\nclient.close()", PASSWORD]
        answer = subprocess.run(asked, capture_output=True, text=True, check=False, cwd=shell.folder)
        assert (answer.stdout, answer.stderr) == ("True\n", "")
        if shutil.which("redis-cli"):
            typed = typed.replace("valkey-cli", "redis-cli").replace("--askpass", f"--pass {PASSWORD}")
            answer = subprocess.run(
                f"{typed} --no-auth-warning ping", shell=True, capture_output=True, text=True, check=False
            )
            assert (answer.stdout, answer.stderr) == ("PONG\n", "")
    finally:
        shell.run("down", "--state", place)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_in_the_foreground_it_ends_within_two_seconds_and_leaves_nothing(
    shell: Shell, write: Write, how: signal.Signals
) -> None:
    up = shell.start("up", str(write(Cache=cache("shop"))))
    assert up.stdout is not None
    assert up.stderr is not None
    while "running; Ctrl-C stops it" not in (line := up.stderr.readline()):
        assert line
    up.send_signal(how)
    _, rest = up.communicate(timeout=2)
    assert (up.returncode, rest) == (0, "stopping\n")
    assert_gone(shell.folder)
    assert holder(shell.state) is None


@pytest.mark.parametrize("detach", [[], ["--detach"]])
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_told_to_stop_while_it_starts_it_ends_within_two_seconds_and_leaves_nothing(
    shell: Shell, write: Write, how: signal.Signals, detach: list[str]
) -> None:
    caches = {f"C{number}": cache(f"c{number}") for number in range(10)}
    up = shell.start("up", str(write(**caches)), *detach)
    assert up.stderr is not None
    assert "CREATE_IN_PROGRESS" in up.stderr.readline()
    up.send_signal(how)
    up.send_signal(how)  # a hand that is impatient
    printed, rest = up.communicate(timeout=2)
    assert (up.returncode, printed, rest.splitlines()[-1]) == (1, "", "stopping")
    assert "Traceback" not in rest
    assert_gone(shell.folder)
    with State(shell.state) as state:
        assert state.records() == []


def test_told_to_stop_while_an_engine_loads_its_data_it_does_not_wait_for_it(
    shell: Shell, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    loads = shell.folder / "loads-for-ever"
    loads.write_text(
        "#!/bin/sh\n[ $1 = --version ] && echo Valkey server v=9.1.0 && exit\ntouch loading\nexec sleep 600\n"
    )
    loads.chmod(0o700)
    source = str(write(Cache=cache("shop")))
    assert shell.run("up", source, "--detach").returncode == 0
    assert shell.run("down").returncode == 0
    monkeypatch.setenv("CDK_ELASTICACHE_SERVER", str(loads))
    up = shell.start("up", source)
    while not list(shell.state.glob("caches/*/loading")):
        assert up.poll() is None
    up.send_signal(signal.SIGINT)
    assert up.communicate(timeout=2) == ("", "stopping\n")
    assert up.returncode == 1
    assert_gone(shell.folder)


def test_nothing_stays_of_a_detached_up_that_was_killed_before_its_end(shell: Shell, write: Write) -> None:
    caches = {f"C{number}": cache(f"c{number}") for number in range(10)}
    up = shell.start("up", str(write(**caches)), "--detach")
    assert up.stderr is not None
    assert "CREATE_IN_PROGRESS" in up.stderr.readline()
    up.kill()
    up.communicate()
    wait_free(shell.state)
    assert_gone(shell.folder)


def test_a_reader_of_the_table_that_has_seen_enough_stops_nothing(shell: Shell, write: Write) -> None:
    up = shell.start("up", str(write(Cache=cache("shop"))), "--detach")
    assert up.stdout is not None
    up.stdout.close()
    assert up.wait() == 0
    assert up.stderr is not None
    up.stderr.close()
    assert shell.run("status").returncode == 0


def test_modules_of_the_current_folder_are_not_ours(shell: Shell, write: Write) -> None:
    place = shell.folder / "place"
    place.mkdir()
    for name in ("secrets", "queue", "hashlib", "hiredis"):
        (place / f"{name}.py").write_text("raise SystemExit('not what you think')\n")
    source = str(write(Cache=cache("shop")))
    argv = [sys.executable, "-P", "-m", "cdk_elasticache", "up", source, "--detach"]
    up = subprocess.run(argv, capture_output=True, text=True, check=False, cwd=place)
    assert up.returncode == 0, up.stderr


def test_the_outputs_file_is_made_with_its_folder_and_where_it_cannot_be_nothing_stays(
    shell: Shell, write: Write
) -> None:
    source = str(write({"Greeting": {"Value": "ü"}}, Cache=cache("shop")))
    assert shell.run("up", source, "--detach", "--outputs-file", "new/outputs.json").returncode == 0
    # As fs-extra's writeJson does, with two spaces.
    assert (shell.folder / "new/outputs.json").read_text(encoding="utf-8") == (
        '{\n  "Shop": {\n    "Greeting": "ü"\n  }\n}\n'
    )
    assert shell.run("down").returncode == 0
    up = shell.run("up", source, "--detach", "--outputs-file", "new/outputs.json/x")
    assert up.returncode == 1
    assert up.stderr == (
        "cdk-elasticache: outputs file must be writable, got 'File exists' for new/outputs.json/x "
        "[OutputsNotWritten]\n"
    )
    assert_gone(shell.folder)


def test_down_ends_the_one_in_the_foreground(shell: Shell, write: Write) -> None:
    up = shell.start("up", str(write(Cache=cache("shop"))))
    assert up.stderr is not None
    while "running; Ctrl-C stops it" not in (line := up.stderr.readline()):
        assert line
    assert shell.run("down").returncode == 0
    up.communicate(timeout=5)
    assert up.returncode == 0


def test_the_second_up_says_who_holds_the_folder_and_applies_the_difference_there(
    shell: Shell, write: Write
) -> None:
    assert shell.run("up", str(write(A=cache("a"))), "--detach").returncode == 0
    holding = holder(shell.state)
    second = shell.run("up", str(write(A=cache("a"), B=cache("b"))), "--json")
    assert second.stderr.splitlines() == [
        f"process {holding} holds {shell.state}; the difference is applied there",
        "Shop | CREATE_IN_PROGRESS          | AWS::ElastiCache::ServerlessCache | B (b)",
        "Shop | CREATE_COMPLETE             | AWS::ElastiCache::ServerlessCache | B (b)",
    ]
    assert [one["name"] for one in json.loads(second.stdout)["caches"]] == ["a", "b"]


def test_the_first_cache_has_the_ports_of_the_service_or_the_next_free_ones(
    shell: Shell, write: Write
) -> None:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", 6379))
        except OSError:
            pass  # somebody has it already: as good
        else:
            listener.listen()
        up = shell.run("up", str(write(A=cache("a"), B=cache("b"))), "--detach", "--json")
    ports = [one["endpoint"]["port"] for one in json.loads(up.stdout)["caches"]]
    assert 6379 not in ports
    assert len(set(ports)) == 2
    assert all(port > 6379 and port % 2 for port in ports)
    again = shell.run("up", str(write(A=cache("a"), B=cache("b"))), "--json")
    assert [one["endpoint"]["port"] for one in json.loads(again.stdout)["caches"]] == ports


def test_several_that_start_at_once_get_ports_of_their_own(shell: Shell, write: Write) -> None:
    source = str(write(A=cache("a"), B=cache("b")))
    states = [f"state-{number}" for number in range(4)]
    try:
        ups = [shell.start("up", source, "--detach", "--json", "--state", state) for state in states]
        answers = [(*one.communicate(), one.returncode) for one in ups]
        assert [status for _, _, status in answers] == [0, 0, 0, 0], answers
        found = [one for printed, _, _ in answers for one in json.loads(printed)["caches"]]
        ports = [one[which]["port"] for one in found for which in ("endpoint", "reader_endpoint")]
        assert len(set(ports)) == 16
    finally:
        for state in states:
            shell.run("down", "--state", state)


def test_a_state_folder_with_a_long_path_works_all_the_same(shell: Shell, write: Write) -> None:
    long = "/".join(["a-folder-with-a-long-name"] * 6)
    up = shell.run("up", str(write(Cache=cache("shop"))), "--detach", "--json", "--state", long)
    assert up.returncode == 0, up.stderr
    status = json.loads(up.stdout)
    assert ping(status["caches"][0]["endpoint"]["port"], status["ca_file"])
    assert shell.run("down", "--state", long).returncode == 0


def test_a_failing_up_says_why_in_a_line_and_leaves_nothing_running(shell: Shell, write: Write) -> None:
    app = user("app")
    app["Properties"]["AuthenticationMode"]["Passwords"] = ["{{resolve:secretsmanager:prod/app}}"]
    for detach in ([], ["--detach"]):
        up = shell.run("up", str(write(App=app)), *detach)
        assert (up.returncode, up.stdout) == (1, "")
        assert up.stderr == (
            "cdk-elasticache: secret prod/app must have a local value, got none; give it: "
            "cdk-elasticache secret set prod/app [SecretMissing]\n"
        )
        wait_free(shell.state)
        assert_gone(shell.folder)


def test_a_folder_that_cannot_be_written_is_said_in_a_line(shell: Shell, write: Write) -> None:
    (shell.folder / "file").write_text("")
    up = shell.run("up", str(write(Cache=cache("shop"))), "--state", "file/state")
    assert up.returncode == 1
    assert up.stderr == (
        f"cdk-elasticache: state folder must be writable, got 'Not a directory' for {shell.folder}/file/state; "
        "name another with --state [StateFolderRefused]\n"
    )


def test_a_source_that_is_none_is_said_in_a_line_and_makes_no_state_folder(shell: Shell) -> None:
    up = shell.run("up", "nothing.json")
    assert up.returncode == 1
    assert up.stderr.startswith("cdk-elasticache: source must be a template file")
    assert len(up.stderr.splitlines()) == 1
    assert list(shell.folder.iterdir()) == []


def test_without_a_memcached_its_cache_says_what_to_install_and_the_rest_comes_up(
    shell: Shell, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(shell.folder))
    source = write(A=cache("a"), M=cache("m", engine="memcached"))
    up = shell.run("up", str(source), "--detach", "--json")
    assert up.returncode == 0
    note = "note: cache m isn't started: memcached must be on PATH; install it, then run up again\n"
    assert note in up.stderr
    assert [(one["name"], one["status"]) for one in json.loads(up.stdout)["caches"]] == [
        ("a", "available"),
        ("m", "create-failed"),
    ]


@pytest.mark.parametrize(
    "words",
    [
        ["up", "x", "--limit", "shop"],
        ["up", "x", "--limit", "shop:speed=3"],
        ["up", "x", "--limit", "shop:ecpu=-1"],
        ["up", "x", "--limit", "shop:connections=0.5"],
        ["up", "x", "--limit", "shop:ecpu=nan"],
        ["up", "x", "--limit", "shop:ecpu="],
        ["up", "x", "--limit", "shop:storage=much"],
        ["up", "x", "--parameter", "name"],
        ["secret", "set"],
        ["token", "shop", "worker"],
        ["credentials"],
    ],
)
def test_wrong_usage_has_the_exit_status_two(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(words)
    assert caught.value.code == 2
    assert "usage: cdk-elasticache" in capsys.readouterr().err


def test_a_limit_is_read_with_its_unit(shell: Shell, write: Write) -> None:
    limit = "Cache:storage=64MB,ecpu=5000"
    up = shell.run("up", str(write(Cache=cache("shop"))), "--detach", "--json", "--limit", limit)
    assert json.loads(up.stdout)["caches"][0]["limits"]["here"] == {
        "storage": 64 * 1024**2,
        "ecpu": 5000,
        "connections": 65_000,
    }


def test_up_takes_values_of_parameters_and_imports_and_runs_without_those_it_has_no_use_for(
    shell: Shell, write: Write
) -> None:
    named = cache("shop")
    named["Properties"] |= {
        "ServerlessCacheName": {"Fn::Sub": ["${Stage}-${End}", {"End": {"Fn::ImportValue": "name"}}]},
        "Description": {"Fn::GetAtt": ["Net", "Outputs.Text"]},
        "SubnetIds": [{"Fn::ImportValue": "subnet"}],
        "Tags": [{"Key": "made", "Value": {"Ref": "ModuleName"}}],
    }
    outputs = {"Name": {"Value": {"Ref": "Cache"}}, "Vpc": {"Value": {"Fn::ImportValue": "vpc"}}}
    net = {
        "Type": "AWS::CloudFormation::Stack",
        "Properties": {"TemplateURL": "https://example.com/net.json"},
    }
    source = write(outputs, Cache=named, Net=net, Module={"Type": "Own::Module::Name::MODULE"})
    template = json.loads(source.read_text()) | {"Parameters": {"Stage": {"Type": "String"}}}
    source.write_text(json.dumps(template))
    values = ["--parameter", "Stage=dev", "--import", "name=shop", "--import", "Net.Outputs.Text=for sale"]
    up = shell.run("up", str(source), "--detach", "--json", "--outputs-file", "o.json", *values)
    assert up.returncode == 0, up.stderr
    assert [it["name"] for it in json.loads(up.stdout)["caches"]] == ["dev-shop"]
    assert json.loads((shell.folder / "o.json").read_text()) == {"Shop": {"Name": "dev-shop"}}
    notes = [line for line in up.stderr.splitlines() if line.startswith("note: ")]
    assert notes[:3] == [
        "note: output Vpc of stack Shop isn't known here: Outputs.Vpc.Value.Fn::ImportValue must name what a stack of "
        'the source exports, got {"Fn::ImportValue": "vpc"}',
        "note: Shop.Net: its template isn't at hand (\"https://example.com/net.json\"): what it declares isn't looked at",
        "note: only AWS knows what these are written out to, so it isn't looked at: Own::Module::Name::MODULE (1)",
    ]
    assert (
        "note: Shop.Cache: Properties.Tags[0].Value has a stand-in here: module Module is written out by AWS"
        in notes
    )


# Commands that need no runtime


@pytest.fixture
def state(tmp_path: Path) -> Path:
    folder = tmp_path / "state"
    State(folder).close()
    return folder


def test_a_secret_is_set_from_standard_input_or_a_file_and_got_alone(shell: Shell) -> None:
    (shell.folder / "value").write_text("from-a-file\n")
    assert shell.run("secret", "set", "one", given="from-a-pipe\n").stdout == ""
    assert shell.run("secret", "set", "two", "--file", "value").stdout == ""
    assert shell.run("secret", "get", "one").stdout == "from-a-pipe\n"
    assert shell.run("secret", "get", "two").stdout == "from-a-file\n"
    assert shell.run("secret", "list").stdout == "one\ntwo\n"
    assert stat.S_IMODE((shell.state / "state.db").stat().st_mode) == 0o600


def test_a_secret_without_a_value_is_an_error(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["secret", "get", "nothing", "--state", str(state)]) == 1
    assert capsys.readouterr() == (
        "",
        "cdk-elasticache: secret nothing must have a local value, got none; give it: cdk-elasticache secret set "
        "nothing [SecretMissing]\n",
    )


@pytest.mark.parametrize("given", [b"", b"\n", b"\xff\xfe"])
def test_a_secret_that_is_empty_or_no_text_is_refused(shell: Shell, given: bytes) -> None:
    (shell.folder / "value").write_bytes(given)
    put = shell.run("secret", "set", "one", "--file", "value")
    length = len(given.strip(b"\n"))
    assert (put.returncode, put.stderr) == (
        1,
        f"cdk-elasticache: secret one must be text of at least one character, got {length} bytes [InvalidSecret]\n",
    )
    assert shell.run("secret", "list").stdout == ""


def test_a_file_that_cannot_be_read_is_said_in_a_line(shell: Shell) -> None:
    put = shell.run("secret", "set", "one", "--file", "missing")
    assert (put.returncode, put.stderr) == (
        1,
        "cdk-elasticache: missing must be usable, got 'No such file or directory'\n",
    )
    debugged = shell.run("secret", "set", "one", "--file", "missing", "--debug")
    assert debugged.stderr.startswith("Traceback")


@pytest.mark.parametrize(
    "words",
    [["explain", "on"], ["check", "empty.json"], ["logs"], ["secret", "list"], ["secret", "get", "one"]],
)
def test_a_full_disk_behind_the_output_is_said_in_a_line(shell: Shell, words: list[str]) -> None:
    (shell.folder / "empty.json").write_text('{"Resources": {}}')
    assert shell.run("secret", "set", "one", given="value").returncode == 0
    Journal(shell.state).add("runtime", "something")
    argv = [sys.executable, "-m", "cdk_elasticache", *words]
    for buffered in ({}, {"PYTHONUNBUFFERED": "1"}):
        with open("/dev/full", "w") as full:
            answer = subprocess.run(
                argv,
                stdout=full,
                stderr=subprocess.PIPE,
                check=False,
                cwd=shell.folder,
                env={**os.environ, "PYTHONUNBUFFERED": "", **buffered},
            )
        assert (answer.returncode, answer.stderr.decode()) == (
            1,
            "cdk-elasticache: standard output must be writable, got 'No space left on device'\n",
        )


def test_the_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--version"])
    assert (caught.value.code, capsys.readouterr().out) == (
        0,
        f"cdk-elasticache {version('cdk-elasticache')}\n",
    )


def test_credentials_are_what_a_credential_process_prints(shell: Shell, shop: str) -> None:
    assert shell.run("up", shop, "--detach").returncode == 0
    printed = json.loads(shell.run("credentials", "signer").stdout)
    assert (printed["Version"], printed["AccessKeyId"][:4], len(printed["SecretAccessKey"])) == (
        1,
        "ASIA",
        40,
    )
    for word in ("arn:aws:iam::000000000000:role/signer", "Role", "Shop/Signer", "Shop/Signer/Resource"):
        assert json.loads(shell.run("credentials", word).stdout) == printed
    profile = f"[profile a]\ncredential_process = {sys.executable} -m cdk_elasticache credentials signer --state {{}}\n"
    (shell.folder / "aws-config").write_text(profile.format(shell.state))
    session = botocore.session.Session(profile="a")
    session.set_config_variable("config_file", str(shell.folder / "aws-config"))
    found = session.get_credentials().get_frozen_credentials()
    assert [found.access_key, found.secret_key, found.token] == [
        printed[name] for name in ("AccessKeyId", "SecretAccessKey", "SessionToken")
    ]


def test_a_token_is_for_iam_users_alone(shell: Shell, shop: str) -> None:
    assert shell.run("up", shop, "--detach").returncode == 0
    refused = shell.run("token", "shop", "app", "--principal", "signer")
    assert (refused.returncode, refused.stdout, refused.stderr) == (
        1,
        "",
        "cdk-elasticache: IAM user must name one that is declared, got 'app'; there are worker [UnknownName]\n",
    )
    names = ("worker", "Worker", "arn:aws:elasticache:us-east-1:000000000000:user:worker")
    assert [shell.run("token", "Cache", name, "--principal", "Role").stdout[:34] for name in names] == [
        "shop/?Action=connect&User=worker&R"
    ] * 3


@pytest.mark.parametrize("command", [["logs"], ["credentials", "x"], ["token", "a", "b", "--principal", "c"]])
def test_a_command_without_a_state_folder_says_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    assert main([*command, "--state", str(tmp_path / "none")]) == 1
    assert capsys.readouterr().err == (
        f"cdk-elasticache: a state folder must be at {tmp_path}/none, got none; run cdk-elasticache up, or name "
        "it with --state [NothingDeclared]\n"
    )
    assert not (tmp_path / "none").exists()


def test_down_deletes_nothing_but_a_state_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "precious").write_text("data")
    assert main(["down", "--delete", "--state", str(tmp_path)]) == 1
    assert "nothing was removed" in capsys.readouterr().err
    assert os.listdir(tmp_path) == ["precious"]


def test_up_refuses_a_folder_that_has_other_files_and_leaves_it_as_it_is(shell: Shell, write: Write) -> None:
    source = str(write(Cache=cache("shop")))
    up = shell.run("up", source, "--detach", "--state", ".")
    assert (up.returncode, up.stdout, up.stderr) == (
        1,
        "",
        f"cdk-elasticache: state folder must be empty or made by cdk-elasticache, got {shell.folder} with other files; "
        "name another with --state, or empty it to begin anew [StateFolderRefused]\n",
    )
    assert os.listdir(shell.folder) == ["Shop.template.json"]


def test_down_delete_leaves_what_is_not_of_the_state(shell: Shell, write: Write) -> None:
    source = str(write(Cache=cache("shop")))
    assert shell.run("up", source, "--detach", "--state", "s").returncode == 0
    (shell.folder / "s" / "precious").mkdir()
    (shell.folder / "s" / "precious" / "data").write_text("data")
    down = shell.run("down", "--delete", "--state", "s")
    assert down.stdout == f"stopped\nremoved the state in {shell.folder}/s, not precious\n"
    assert os.listdir(shell.folder / "s") == ["precious"]
    assert (shell.folder / "s" / "precious" / "data").read_text() == "data"


def test_down_delete_knows_another_programs_database(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(sqlite3.connect(tmp_path / "state.db")) as theirs:
        theirs.execute("CREATE TABLE precious (data)")
    assert main(["down", "--delete", "--state", str(tmp_path)]) == 1
    assert "nothing was removed" in capsys.readouterr().err
    assert os.listdir(tmp_path) == ["state.db"]


def test_down_delete_follows_a_link_and_removes_it(tmp_path: Path, state: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(state)
    assert main(["down", "--delete", "--state", str(link)]) == 0
    assert os.listdir(tmp_path) == []


def test_passwords_of_a_template_never_reach_state_or_log_in_clear(shell: Shell, write: Write) -> None:
    source = write(App=user("app"), Team=group("team", "App"), Cache=cache("shop", of="Team"))
    assert shell.run("up", str(source), "--detach").returncode == 0
    files = [path for path in shell.state.rglob("*") if path.is_file()]
    assert len(files) > 5
    assert not [path for path in files if PASSWORD.encode() in path.read_bytes()]


@pytest.mark.skipif(sys.platform != "linux", reason="/proc tells what others see of a process")
def test_no_secret_shows_in_a_process_the_status_or_the_log_and_no_file_is_open_to_others(
    shell: Shell, shop: str
) -> None:
    up = shell.run("up", shop, "--detach", "--json")
    status = json.loads(up.stdout)
    port, ca_file = status["caches"][0]["endpoint"]["port"], status["ca_file"]
    keys = json.loads(shell.run("credentials", "signer").stdout)
    token = shell.run("token", "shop", "worker", "--principal", "signer").stdout.strip()
    assert ping(port, ca_file, username="worker", password=token)
    with pytest.raises(redis.AuthenticationError):
        ping(port, ca_file, username="worker", password=token + "0")
    secret = shell.run("secret", "get", "app").stdout.strip()
    secrets = [secret, keys["SecretAccessKey"], keys["SessionToken"], token[-64:]]

    running = [Path(f"/proc/{pid}") for pid in processes_of(shell.folder)]
    assert any(b"data_plane" in (one / "cmdline").read_bytes() for one in running)
    shown = [(one / name).read_bytes().decode() for one in running for name in ("cmdline", "environ")]
    shown += [up.stdout, up.stderr, *(shell.run(word, "--json").stdout for word in ("status", "logs"))]
    shown += [path.read_text() for path in shell.state.rglob("*.log")]
    assert any("the signature is wrong" in text for text in shown)
    assert [one for one in secrets if any(one in text for text in shown)] == []
    assert [path for path in shell.state.rglob("*") if path.stat().st_mode & 0o077] == []
