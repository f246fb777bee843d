"""``cdk-elasticache check``: findings with their place, an exit status for CI."""

import json
import os
import re
import select
import shlex
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import cdk_elasticache
from cdk_elasticache.cli import main

SOURCE = str(Path(cdk_elasticache.__file__).parents[1])
CLEAN = "on ~app:* resetchannels +@read -@dangerous -@admin"


def template(folder: Path, *users: dict[str, Any], **resources: Any) -> Path:
    """A template of these users, each a change of one without findings."""
    for number, changes in enumerate(users):
        properties = {
            "UserId": f"u{number}",
            "UserName": f"u{number}",
            "Engine": "valkey",
            "AccessString": CLEAN,
            "AuthenticationMode": {"Type": "iam"},
        } | changes
        path = {"aws:cdk:path": f"Shop/U{number}/Resource"}
        user = {"Type": "AWS::ElastiCache::User", "Metadata": path, "Properties": properties}
        resources[f"U{number}"] = user
    file = folder / "Shop.template.json"
    file.write_text(json.dumps({"Resources": resources}))
    return file


def report(file: Path, capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, dict[str, Any]]:
    status = main(["check", str(file), "--json", *options])
    out, err = capsys.readouterr()
    assert err == ""
    answer: dict[str, Any] = json.loads(out)
    return status, answer


def findings(file: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, list[dict[str, Any]]]:
    status, answer = report(file, capsys)
    return status, answer["findings"]


def test_nothing_to_say_is_said_and_is_success(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(template(tmp_path, {}))]) == 0
    assert capsys.readouterr() == ("0 caches, 1 user, 0 user groups: nothing to say\n", "")


def test_a_rule_without_effect_is_a_warning_and_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = template(tmp_path, {"AccessString": "on ~app:* ~app:1 resetchannels +get"})
    status, (found,) = findings(file, capsys)
    message, remedy = found.pop("message"), found.pop("remedy")
    assert "~app:1" in message
    assert remedy
    assert (status, found) == (
        1,
        {
            "stack": "Shop",
            "path": "Shop/U0/Resource",
            "logical_id": "U0",
            "id": "pattern-covered",
            "severity": "warning",
            "words": ["~app:1", "~app:*"],
            "condition": "",
        },
    )
    assert main(["check", str(file)]) == 1
    first, last = capsys.readouterr().out.splitlines()
    assert first == f"Shop: Shop/U0/Resource: warning: {message}; {remedy} [pattern-covered]"
    assert last == "0 caches, 1 user, 0 user groups: 1 warning"


def test_advice_alone_is_success(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, found = findings(template(tmp_path, {"AccessString": "on ~* +@all"}), capsys)
    assert (status, {one["severity"] for one in found}) == (0, {"advice"})


def test_every_broken_rule_of_every_resource_is_told_errors_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cache = {"ServerlessCacheName": "c--c", "Engine": "valkey", "DailySnapshotTime": "25:00"}
    file = template(
        tmp_path,
        {"AccessString": "on +gett"},
        {"UserName": "another"},
        {"AccessString": {"Fn::GetAtt": ["Gone", "Text"]}},
        {"AccessString": "on >secret"},
        C={"Type": "AWS::ElastiCache::ServerlessCache", "Properties": cache},
        D={"Type": "AWS::ElastiCache::ServerlessCache", "Properties": cache | {"DailySnapshotTime": "05:00"}},
    )
    status, found = findings(file, capsys)
    assert status == 1
    assert [one["severity"] for one in found] == sorted(
        (one["severity"] for one in found), key=["error", "warning", "advice"].index
    )
    told = {(one["logical_id"], one["id"]) for one in found if one["severity"] != "advice"}
    assert told == {
        ("C", "InvalidDailySnapshotTime"),
        ("C", "doubtful-name"),
        ("C", "backup-time-without-retention"),
        ("D", "DuplicateName"),
        ("D", "doubtful-name"),
        ("D", "backup-time-without-retention"),
        ("U0", "UnknownCommand"),
        ("U1", "IamUserNameMustEqualUserId"),
        ("U2", "UnresolvedReference"),
        ("U3", "PasswordInAccessString"),
    }
    assert "secret" not in json.dumps(found)


def test_values_that_only_a_deployment_has_are_taken_to_be_right(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    password = {
        "Type": "password",
        "Passwords": ["{{resolve:secretsmanager:x:SecretString:y}}", {"Ref": "P"}],
    }
    file = template(
        tmp_path,
        {"AuthenticationMode": password},
        {"AccessString": {"Ref": "P"}},
        {"AccessString": "{{resolve:ssm:/rules}}"},
        {"AccessString": {"Fn::ImportValue": "another-stacks-rules"}},
        C={
            "Type": "AWS::ElastiCache::ServerlessCache",
            "Properties": {
                "ServerlessCacheName": "c",
                "Engine": "valkey",
                "SnapshotRetentionLimit": "{{resolve:ssm:/days}}",
            },
        },
    )
    content = json.loads(file.read_text()) | {"Parameters": {"P": {"Type": "String", "NoEcho": True}}}
    file.write_text(json.dumps(content))
    assert findings(file, capsys) == (0, [])


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["--parameter", "P=on ~* +@nonsense"], [("UnknownCategory", "U0")]),
        (["--parameter", "Shop:P=on ~* +@nonsense"], [("UnknownCategory", "U0")]),
        (["--import", "rules=on ~* >password"], [("PasswordInAccessString", "U1")]),
        (["--import", "Other.Rules=on ~* ("], [("UnmatchedParenthesis", "U2")]),
    ],
)
def test_a_value_that_is_given_is_judged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], found: list[tuple[str, str]]
) -> None:
    file = template(
        tmp_path,
        {"AccessString": {"Ref": "P"}},
        {"AccessString": {"Fn::ImportValue": "rules"}},
        {"AccessString": {"Fn::GetStackOutput": {"StackName": "Other", "OutputName": "Rules"}}},
    )
    content = json.loads(file.read_text()) | {"Parameters": {"P": {"Type": "String"}}}
    file.write_text(json.dumps(content))
    assert main(["check", str(file), "--json", *words]) == 1
    answer = json.loads(capsys.readouterr().out)
    errors = [finding for finding in answer["findings"] if finding["severity"] == "error"]
    assert [(error["id"], error["logical_id"]) for error in errors] == found


@pytest.mark.parametrize(
    "value",
    [
        {"Ref": "Text"},
        {"Ref": "Number"},
        {"Ref": "Chosen"},
        {"Ref": "Stored"},
        {"Fn::ImportValue": "another-stacks"},
        {"Fn::FindInMap": ["Sizes", {"Ref": "Text"}, "size"]},
        {"Fn::FindInMap": ["Sizes", {"Ref": "AWS::Region"}, "size"]},
    ],
    ids=str,
)
def test_no_property_is_wrong_for_want_of_a_value_that_only_a_deployment_has(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], value: object
) -> None:
    limits = {"DataStorage": {"Unit": value, "Maximum": value}, "ECPUPerSecond": {"Minimum": value}}
    cache = {"ServerlessCacheName": value, "Engine": value, "MajorEngineVersion": value, "UserGroupId": value}
    more = {"SnapshotRetentionLimit": value, "NetworkType": value, "SubnetIds": value, "Tags": value}
    user = {"UserId": value, "UserName": value, "Engine": value, "AccessString": value}
    known = {"UserId": "v", "UserName": "v", "AccessString": "on ~app:* resetchannels -@all +get"}
    written = {
        "C": {**cache, **more, "CacheUsageLimits": limits},
        "D": {**cache, **more, "ServerlessCacheName": "d", "CacheUsageLimits": value},
        "U": {**user, "NoPasswordRequired": value},
        "V": {**user, **known, "AuthenticationMode": {"Type": value}},
        "W": {**user, "UserId": "w", "AuthenticationMode": value},
    }
    kinds = {"C": "ServerlessCache", "D": "ServerlessCache"}
    resources = {
        name: {"Type": f"AWS::ElastiCache::{kinds.get(name, 'User')}", "Properties": properties}
        for name, properties in written.items()
    }
    parameters = {
        "Text": {"Type": "String"},
        "Number": {"Type": "Number", "MinValue": 3},
        "Chosen": {"Type": "String", "AllowedValues": ["five", "six"]},
        "Stored": {"Type": "AWS::SSM::Parameter::Value<String>"},
    }
    sizes = {"far-away-9": {"size": 5}}
    file = tmp_path / "Shop.json"
    content = {"Parameters": parameters, "Mappings": {"Sizes": sizes}, "Resources": resources}
    file.write_text(json.dumps(content))
    assert findings(file, capsys) == (0, [])


def test_the_json_says_what_was_read_and_how_much_there_is_of_each_kind(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    subnet = {"Type": "AWS::EC2::Subnet"}
    cache = {"ServerlessCacheName": "c", "Engine": "valkey", "SubnetIds": [{"Ref": "S"}]}
    file = template(
        tmp_path,
        {"AccessString": "on ~* +@all"},
        {"AccessString": "on ~app:* ~app:1 resetchannels +get"},
        C={"Type": "AWS::ElastiCache::ServerlessCache", "Properties": cache},
        S=subnet,
    )
    status, answer = report(file, capsys)
    assert status == 1
    assert list(answer) == ["findings", "not_judged", "notes", "counts"]
    assert answer["notes"] == ["stand-in values for resources that don't run here: AWS::EC2::Subnet (1)"]
    advice = sum(one["severity"] == "advice" for one in answer["findings"])
    assert answer["counts"] == {
        "caches": 1, "users": 2, "groups": 0, "errors": 0, "warnings": 1, "advice": advice, "not_judged": 0,
    }  # fmt: skip
    assert main(["check", str(file)]) == 1
    *_, note, summary = capsys.readouterr().out.splitlines()
    assert note == f"note: {answer['notes'][0]}"
    assert summary == f"1 cache, 2 users, 0 user groups: 1 warning, {advice} advice"


@pytest.mark.parametrize("options", [["--fail-on", "error"], [], ["--fail-on", "advice"]])
def test_a_source_that_cannot_be_read_is_a_finding_of_the_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str]
) -> None:
    file = tmp_path / "Shop.json"
    file.write_text('{"Resources": {"A": {}, "A": {}}}')
    status, answer = report(file, capsys, *options)
    assert (status, answer["findings"]) == (
        1,
        [
            {
                "stack": "",
                "path": "",
                "logical_id": "",
                "id": "DuplicateKey",
                "severity": "error",
                "message": "Shop.json must give each key of an object once, got 'A' twice",
                "remedy": "",
                "words": [],
                "condition": "",
            }
        ],
    )
    assert {name for name, count in answer["counts"].items() if count} == {"errors"}


def test_what_could_not_be_judged_is_named_and_never_nothing_to_say(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = template(
        tmp_path,
        {"AccessString": {"Ref": "Rules"}},
        G={"Type": "AWS::ElastiCache::UserGroup", "Condition": "Off", "Properties": {}},
        N={"Type": "AWS::ElastiCache::SubnetGroup"},
    )
    more = {
        "Parameters": {"Rules": {"Type": "String"}},
        "Conditions": {"Off": {"Fn::Equals": ["a", "b"]}},
    }
    file.write_text(json.dumps(json.loads(file.read_text()) | more))
    status, answer = report(file, capsys)
    assert (status, answer["findings"]) == (0, [])
    expected = [
        ("Shop/U0/Resource", "U0", "Properties.AccessString", "parameter Rules has no value"),
        ("", "G", "", "condition Off leaves it out"),
        (
            "",
            "N",
            "",
            "AWS::ElastiCache::SubnetGroup is none of a serverless cache, whose resources alone are checked",
        ),
    ]
    assert sorted(answer["not_judged"], key=str) == sorted(
        (
            {"stack": "Shop", "path": path, "logical_id": id_, "parameter": parameter, "reason": reason}
            for path, id_, parameter, reason in expected
        ),
        key=str,
    )
    assert answer["counts"]["not_judged"] == 3
    assert main(["check", str(file)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert sorted(lines[:3]) == sorted(
        f"Shop: {path or id_}: not judged: {parameter}{': ' if parameter else ''}{reason}"
        for path, id_, parameter, reason in expected
    )
    assert lines[-1] == "0 caches, 1 user, 0 user groups: 3 not judged"
    assert report(file, capsys, "--fail-on", "not-judged")[0] == 1
    assert report(file, capsys, "--fail-on", "advice")[0] == 0


def test_the_page_of_errors_shows_what_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = (Path(__file__).parents[2] / "docs/errors.md").read_text()
    (yaml,), (printed,) = (
        re.findall(f"^```{kind}\n(.*?)^```", page, re.M | re.S) for kind in ("yaml", "json")
    )
    (tmp_path / "shop.yaml").write_text(yaml)
    assert main(["check", str(tmp_path / "shop.yaml"), "--json"]) == 1
    assert capsys.readouterr().out == printed


def test_the_remedy_of_an_error_is_in_a_field_of_its_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, (found,) = findings(template(tmp_path, {"AccessString": {"Ref": "U00"}}), capsys)
    assert (found["id"], found["remedy"]) == ("UnresolvedReference", "did you mean U0?")
    assert found["message"].endswith(', got {"Ref": "U00"}')


@pytest.mark.parametrize(
    ("access_string", "level", "status"),
    [
        ("on +gett", "error", 1),
        ("on ~app:* ~app:1 resetchannels +get", "error", 0),
        ("on ~app:* ~app:1 resetchannels +get", "warning", 1),
        ("on ~* +@all", "warning", 0),
        ("on ~* +@all", "advice", 1),
        (CLEAN, "advice", 0),
        (CLEAN, "not-judged", 0),
    ],
)
def test_the_exit_status_is_1_for_the_level_that_is_chosen_and_anything_worse(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], access_string: str, level: str, status: int
) -> None:
    file = template(tmp_path, {"AccessString": access_string})
    assert report(file, capsys, "--fail-on", level)[0] == status


def test_a_resource_tells_all_its_errors_and_is_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    storage = {"Unit": "TB", "Minimum": 0, "Maximum": 5001}
    cache = {
        "ServerlessCacheName": {"Ref": "Gone"},
        "Engine": "valkey",
        "CacheUsageLimits": {"DataStorage": storage, "ECPUPerSecond": {"Minimum": 9000, "Maximum": 5000}},
        "Description": "<b>",
        "DailySnapshotTime": "25:00",
        "SnapshotRetentionLimit": 36,
        "SnapshotArnsToRestore": ["a", "b"],
        "NetworkType": "ipv5",
        "SubnetIds": "subnet-1",
        "FinalSnapshotName": "a--b",
        "MajorEngineVersion": ["8"],
    }
    user = {
        "UserId": "a b",
        "UserName": "",
        "Engine": "memcached",
        "AccessString": "on nosuch ~* ~a >word",
        "AuthenticationMode": {"Type": "password", "Passwords": ["short", "/" * 16, "/" * 16]},
    }
    group = {"UserGroupId": "-", "Engine": "memcached", "UserIds": [{"Ref": "U0"}, {"Ref": "Gone"}]}
    file = template(
        tmp_path,
        user,
        C={"Type": "AWS::ElastiCache::ServerlessCache", "Properties": cache, "DeletionPolicy": "Keep"},
        G={"Type": "AWS::ElastiCache::UserGroup", "Properties": group},
    )
    _, answer = report(file, capsys)
    told: dict[str, list[str]] = {}
    for one in answer["findings"]:
        if one["severity"] == "error":
            told.setdefault(one["logical_id"], []).append(one["id"])
    assert {name: sorted(ids) for name, ids in told.items()} == {
        "C": [
            "InvalidBackupArn",
            "InvalidBackupArn",
            "InvalidBackupNameConsecutiveHyphens",
            "InvalidBackupRetentionLimit",
            "InvalidChoice",
            "InvalidChoice",
            "InvalidDailySnapshotTime",
            "InvalidDataStorageMaximum",
            "InvalidDataStorageMinimum",
            "InvalidDescriptionCharacters",
            "InvalidRequestRateRange",
            "InvalidValue",
            "InvalidValue",
            "InvalidValue",
            "UnresolvedReference",
        ],
        "U0": [
            "AccessStringSyntax",
            "DuplicatePassword",
            "EmptyName",
            "InvalidIdentifier",
            "InvalidPassword",
            "InvalidPassword",
            "InvalidPasswordCount",
            "PasswordInAccessString",
            "PatternAfterAllKeys",
            "UnsupportedUserEngine",
        ],
        "G": ["InvalidIdentifier", "UnresolvedReference", "UnsupportedUserEngine"],
    }
    assert [answer["counts"][name] for name in ("caches", "users", "groups")] == [1, 1, 1]


def test_an_error_that_others_refer_to_is_told_once_where_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    group = {"UserGroupId": "g", "Engine": "valkey", "UserIds": [{"Ref": "U0"}]}
    file = template(
        tmp_path,
        {"UserId": {"Ref": "Gone"}, "UserName": "gone"},
        G={"Type": "AWS::ElastiCache::UserGroup", "Properties": group},
    )
    _, (found,) = findings(file, capsys)
    assert (found["logical_id"], found["id"]) == ("U0", "UnresolvedReference")


def test_the_default_user_of_another_engine_is_read_with_that_engine(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    redis = {"UserName": "default", "Engine": "redis", "AccessString": "on ~* +@all"}
    status, found = findings(
        template(tmp_path, redis | {"AuthenticationMode": {"Type": "no-password-required"}}), capsys
    )
    assert status == 1
    assert "default-user-open" in {one["id"] for one in found}


@pytest.mark.parametrize(
    ("arguments", "status", "error"),
    [
        (
            ["check", "nowhere"],
            1,
            "cdk-elasticache: source must be a template file, a cloud assembly or a folder",
        ),
        (["check", "--nonsense"], 2, "usage: cdk-elasticache"),
    ],
)
def test_a_source_that_is_none_and_a_wrong_word_end_in_one_line_and_a_status(
    tmp_path: Path, arguments: list[str], status: int, error: str
) -> None:
    command = [sys.executable, "-m", "cdk_elasticache", *arguments]
    done = subprocess.run(command, cwd=tmp_path, env={"PYTHONPATH": SOURCE}, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr[: len(error)]) == (status, "", error)


def test_checking_json_starts_neither_node_nor_aws_cdk_nor_a_process_nor_yaml(tmp_path: Path) -> None:
    file = template(tmp_path, {})
    script = (
        "import sys; from cdk_elasticache.cli import main; status = main(sys.argv[1:]);"
        "print(status, sorted({'aws_cdk', 'jsii', 'yaml', 'subprocess', 'socket'} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", script, "check", str(file)]
    done = subprocess.run(command, env={"PYTHONPATH": SOURCE}, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "0 []"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_check_says_so_in_a_line_and_takes_the_app_along(tmp_path: Path, number: int) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    # The app holds the pipe open for as long as it lives, and would live for ever.
    hold = (
        f"exec {shlex.quote(sys.executable)} -c \"import signal; print('here', flush=True); signal.pause()\""
    )
    (tmp_path / "cdk.json").write_text(json.dumps({"app": f"{hold} > {shlex.quote(str(pipe))}"}))
    # A shell's background job ignores Ctrl-C, and so would all that it starts.
    script = (
        "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from cdk_elasticache.cli import main; sys.exit(main(['check', sys.argv[1]]))"
    )
    checking = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)],
        env={**os.environ, "PYTHONPATH": SOURCE, "JSII_NODE": "none"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with checking, pipe.open() as lives:
        assert lives.readline() == "here\n"
        checking.send_signal(number)
        told = (b"", b"cdk-elasticache: interrupted\n")
        assert (checking.communicate(timeout=60), checking.returncode) == (told, 1)
        assert select.select([lives], [], [], 30)[0]
        assert lives.read() == ""  # the other end is closed: the app is gone


def test_a_finding_under_a_condition_that_cannot_be_decided_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = template(tmp_path, {"UserId": "9", "UserName": "9"})
    content = json.loads(file.read_text())
    content |= {
        "Parameters": {"Stage": {"Type": "String"}},
        "Conditions": {"IsProd": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}},
    }
    content["Resources"]["U0"]["Condition"] = "IsProd"
    file.write_text(json.dumps(content))
    assert main(["check", str(file)]) == 1
    first, second, _ = capsys.readouterr().out.splitlines()
    assert first.startswith(
        "Shop: Shop/U0/Resource: error if IsProd: Properties.UserId must begin with an ASCII letter"
    )
    assert (
        second
        == "Shop: Shop/U0/Resource: not judged: condition IsProd can't be decided, so it may not be there"
    )
    main(["check", str(file), "--json"])
    (finding,) = json.loads(capsys.readouterr().out)["findings"]
    assert (finding["condition"], finding["id"]) == ("IsProd", "InvalidIdentifier")
