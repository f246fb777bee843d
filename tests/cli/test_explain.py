"""``cdk-elasticache explain``, run as a person runs it."""

import json
import os
import pty
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from cdk_elasticache.cli import COMMANDS, main


def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A process of its own, as from a shell."""
    argv = [sys.executable, "-m", "cdk_elasticache", *words]
    return subprocess.run(
        argv, capture_output=True, text=True, env={**os.environ, **environment}, check=False
    )


def test_a_table_says_what_is_allowed_and_findings_stand_under_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "on ~app:* %R~shared resetchannels +get +@pubsub +config (~q:* +@hash)"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    lines = out.splitlines()
    assert lines[:6] == [
        "engine      Valkey 9.1.2, as ElastiCache Serverless runs it",
        "state       on: may log in",
        "keys        app:*",
        "read keys   shared",
        "channels    none",
        "categories  @pubsub",
    ]
    at = lines.index("or, by selector 1")
    assert lines[at + 1 : at + 4] == ["keys        q:*", "channels    every one", "categories  @hash"]
    assert lines[-1] == (
        "warning: '+config' has no effect: ElastiCache Serverless refuses it to everybody; "
        "leave it out [refused-by-serverless]"
    )


@pytest.mark.parametrize(
    ("line", "status", "out"),
    [
        (["GET", "app:1"], 0, "allowed: '+@read' allows 'get'\n"),
        (["SET", "app:1", "v"], 1, "denied: no rule allows 'set'\n"),
        (["CONFIG", "GET", "x"], 1, "denied: ElastiCache Serverless refuses 'config|get' to everybody\n"),
    ],
)
def test_a_decision_is_the_exit_status(
    line: list[str], status: int, out: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain", "on ~app:* +@read", "--allows", *line]) == status
    assert capsys.readouterr().out == out


def test_json_holds_the_same_decision(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "on ~app:* +@read", "--json", "--allows", "GET", "x"]) == 1
    assert json.loads(capsys.readouterr().out) == {
        "allowed": False,
        "reason": "no key pattern lets 'get' read the key 'x'",
        "about": "key",
        "word": "",
        "name": "x",
        "missing": "read",
        "selector": 0,
    }


def test_json_holds_the_summary_and_the_findings(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "on ~a +get +config", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    (scope,) = answer.pop("scopes")
    (finding,) = answer.pop("findings")
    assert answer == {"enabled": True, "text": "on ~a +get +config"}
    assert (scope["keys"], scope["channels"], scope["commands"]) == (["a"], ["*"], ["get"])
    assert (finding["id"], finding["words"], finding["no_effect"]) == (
        "refused-by-serverless",
        ["+config"],
        True,
    )


def test_what_the_engine_refuses_is_explained_all_the_same_and_fails(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["explain", "on ~a +@raed"]) == 1
    assert "did you mean '+@read'? [UnknownCategory]" in capsys.readouterr().out


def test_a_string_that_is_none_is_an_error_on_stderr_with_the_word_underlined(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["explain", "on alkeys"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    message, text, carets = err.splitlines()
    assert message.startswith("cdk-elasticache: access_string must be made of rules")
    assert message.endswith("did you mean 'allkeys'? [AccessStringSyntax]")
    assert (text, carets) == ("    on alkeys", "       ^^^^^^")


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["explian", "on"],
        ["explain"],
        ["explain", "on", "--engine", "memcached"],
        ["explain", "on", "--allows"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_status_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(words)
    assert caught.value.code == 2
    assert "usage: cdk-elasticache" in capsys.readouterr().err


def test_a_command_that_no_engine_has_is_status_2_with_the_near_word(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["explain", "on", "--allows", "FLUSHAL"]) == 2
    assert "did you mean 'flushall'? [UnknownCommand]" in capsys.readouterr().err


def test_older_engines_are_asked_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["explain", "on ~* +@all", "--allows", "HGETEX", "a", "FIELDS", "1", "f"]
    assert main(words) == 0
    assert main([*words, "--engine", "valkey_8"]) == 1
    assert "Valkey 8.1.8 has no command 'hgetex'" in capsys.readouterr().out


def test_a_secret_is_not_shown_and_debug_adds_the_traceback() -> None:
    plain = run("explain", "on >correct-horse-battery")
    assert (plain.returncode, plain.stdout) == (1, "")
    assert "[PasswordInAccessString]" in plain.stderr
    assert "Traceback" not in plain.stderr
    assert "correct-horse" not in plain.stderr
    debug = run("explain", "--debug", "on alkeys")
    assert debug.returncode == 1
    assert "Traceback" in debug.stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_every_command_has_an_example(command: str) -> None:
    answer = run(command, "--help")
    assert answer.returncode == 0
    assert f"  cdk-elasticache {command} " in answer.stdout


def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    argv = [sys.executable, "-m", "cdk_elasticache", "explain", "on ~a +get", "--allows", "SET", "a", "v"]
    buffered = {**os.environ, "PYTHONUNBUFFERED": ""}
    answer = subprocess.run(argv, stdout=writer, stderr=subprocess.PIPE, env=buffered, check=False)
    os.close(writer)
    assert (answer.returncode, answer.stderr) == (1, b"")


def test_odd_bytes_go_in_and_come_out_as_escapes() -> None:
    argv: list[str | bytes] = [sys.executable, "-m", "cdk_elasticache", "explain", b"on ~a\xff +get"]
    answer = subprocess.run(argv, capture_output=True, check=True)
    assert b"keys        a\\xff\n" in answer.stdout


def test_a_closed_output_changes_no_exit_status_and_is_no_error(tmp_path: Path) -> None:
    empty = tmp_path / "empty.json"
    empty.write_text('{"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}')
    ours = f"{shlex.quote(sys.executable)} -m cdk_elasticache"
    for words, status in (
        ("explain 'on ~a +get'", 0),
        ("explain 'on ~a +get' --allows SET a v", 1),
        (f"check {shlex.quote(str(empty))}", 0),
    ):
        shell = ["sh", "-c", f"{ours} {words} >&-"]
        answer = subprocess.run(shell, stderr=subprocess.PIPE, check=False)
        assert (words, answer.returncode, answer.stderr) == (words, status, b"")


def test_what_the_output_cannot_encode_comes_out_as_escapes(tmp_path: Path) -> None:
    template = tmp_path / "shop.json"
    user = {"Type": "AWS::ElastiCache::User", "Properties": {}}
    template.write_text(json.dumps({"Resources": {"U\u00fc": user}}))

    assert "keys        \\u043a:*\n" in run("explain", "on ~\u043a:* +get", PYTHONIOENCODING="ascii").stdout
    assert "shop: U\\xfc: error: " in run("check", str(template), PYTHONIOENCODING="ascii").stdout


def test_nothing_that_is_slow_to_import_is_imported() -> None:
    code = (
        "import sys; from cdk_elasticache.cli import main; main(['explain', 'on ~a +get']); "
        "print(sorted({'aws_cdk', 'jsii', 'dataclasses', 'inspect', 'json', 'difflib'} & set(sys.modules)))"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.splitlines()[-1] == "[]"


def on_a_terminal(**environment: str) -> str:
    """What a terminal is sent."""
    ours, theirs = pty.openpty()
    argv = [sys.executable, "-m", "cdk_elasticache", "explain", "on ~a +get", "--allows", "GET", "a"]
    clean = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    subprocess.run(argv, stdout=theirs, env={**clean, **environment}, check=True)
    os.close(theirs)
    sent = os.read(ours, 10_000).decode()
    os.close(ours)
    return sent


def test_colour_is_for_terminals_that_want_it() -> None:
    assert on_a_terminal().startswith("\x1b[32mallowed\x1b[0m: ")
    assert on_a_terminal(NO_COLOR="1").startswith("allowed: ")
    assert "\x1b" not in run("explain", "on ~a +get").stdout
