"""Sources on the disk. The cloud assemblies are the CDK's own, of the app in tests/template/shop."""

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cdk_elasticache.errors import ElastiCacheError, TemplateError
from cdk_elasticache.template.bundle import Target
from cdk_elasticache.template.declare import declare
from cdk_elasticache.template.dynamic_references import DynamicReference
from cdk_elasticache.template.load import load
from tests.template.conftest import ALPHA, OURS

ACCOUNT = "111122223333"
Synthesize = Callable[[str], Path]
TEMPLATE = '{"Resources": {"C": {"Type": "AWS::ElastiCache::ServerlessCache", "Properties": %s}}}'
CACHE = '{"ServerlessCacheName": "c", "Engine": "valkey"}'


def test_an_assembly_gives_the_stacks_of_all_stages_each_in_its_environment(synthesize: Synthesize) -> None:
    bundle = load(synthesize(OURS))
    assert {(stack.name, stack.account, stack.region, stack.depends_on) for stack in bundle.stacks} == {
        ("Net", ACCOUNT, "us-east-1", ()),
        ("Shop", ACCOUNT, "us-east-1", ("Net",)),
        ("Source", ACCOUNT, "us-east-1", ()),
        ("Far", ACCOUNT, "eu-west-1", ("Source",)),
        ("Lookups", ACCOUNT, "us-east-1", ()),
        ("Prod-In", "000000000000", "us-east-1", ()),
    }
    assert bundle.notes == (
        "the CDK's dummy values stand for 2 lookups that AWS was never asked: availability-zones, vpc-provider",
    )


def test_a_stack_may_be_chosen_by_its_name_or_by_the_cdks(synthesize: Synthesize) -> None:
    bundle = load(synthesize(OURS))
    for name in ("Prod-In", "Prod/In"):
        assert [user.id for user in declare(bundle, only=[name]).users] == ["staged"]


def test_the_tags_of_a_stack_are_those_of_what_it_declares(synthesize: Synthesize) -> None:
    declared = declare(load(synthesize(OURS)), only=["Prod-In"])
    assert [user.tags for user in declared.users] == [(("stage", "prod"),)]


def test_the_alpha_modules_app_declares_what_ours_declares(synthesize: Synthesize) -> None:
    pytest.importorskip(ALPHA, reason="it fits one version of aws-cdk-lib")
    assert declare(load(synthesize(ALPHA))) == declare(load(synthesize(OURS)))


def test_an_app_of_the_cdk_is_declared_whole(synthesize: Synthesize) -> None:
    declared = declare(load(synthesize(OURS)))
    shop, looked_up = declared.caches
    assert (shop.place.stack, shop.place.path, shop.place.deletion_policy) == (
        "Shop",
        "Shop/Cache/Resource",
        "Retain",
    )
    assert (shop.data_storage_maximum, shop.description, len(shop.subnet_ids)) == (5, "the shop team", 2)
    assert looked_up.subnet_ids == ("p-12345", "p-67890")  # the dummies of Vpc.from_lookup
    assert {(user.id, user.place.path) for user in declared.users} == {
        ("writer", "Shop/Writer/Resource"),
        ("reader", "Shop/Reader/Resource"),
        ("nested", "Shop/Nested/Nested/Resource"),
        ("staged", "Prod/In/Staged/Resource"),
    }
    (group,) = declared.groups
    assert (shop.user_group_id, group.user_ids) == (group.id, ("writer", "reader"))
    (secret,) = declared.secrets
    writer = next(user for user in declared.users if user.id == "writer")
    assert [one.references for one in writer.passwords] == [(DynamicReference("secretsmanager", secret.arn),)]
    granted = {one.name: [policy.document for policy in one.policies] for one in declared.principals}
    cache_arn = f"arn:aws:elasticache:us-east-1:{ACCOUNT}:serverlesscache:{shop.name.lower()}"
    on_cache = {
        "Action": ["elasticache:Connect", "elasticache:DescribeServerlessCaches"],
        "Effect": "Allow",
        "Resource": cache_arn,
    }
    on_user = {
        "Action": "elasticache:Connect",
        "Effect": "Allow",
        "Resource": f"arn:aws:elasticache:us-east-1:{ACCOUNT}:user:reader",
    }
    assert (shop.arn, granted["app"], granted["ops"]) == (
        cache_arn,
        [{"Version": "2012-10-17", "Statement": [on_cache, on_user]}],
        [{"Version": "2012-10-17", "Statement": [on_cache]}],
    )
    values = {(output.stack, output.key): output.value for output in declared.outputs}
    assert values["Shop", "Endpoint"] == "localhost"
    assert values["Far", "Policy"] == f"arn:aws:iam::{ACCOUNT}:policy/connect"  # carried from another region
    assert values["Lookups", "Missing"] == "default"


def test_a_nested_template_is_found_without_metadata_through_the_assets(
    synthesize: Synthesize, tmp_path: Path
) -> None:
    source = synthesize(OURS)
    for file in source.glob("*.json"):
        (tmp_path / file.name).write_text(file.read_text())
    manifest = json.loads((source / "manifest.json").read_text())
    del manifest["artifacts"]["assembly-Prod"]
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    template = json.loads((source / "Shop.template.json").read_text())
    for body in template["Resources"].values():
        body.pop("Metadata", None)
    (tmp_path / "Shop.template.json").write_text(json.dumps(template))
    assert "nested" in {user.id for user in declare(load(tmp_path)).users}


def test_the_caller_may_choose_region_and_account(synthesize: Synthesize, tmp_path: Path) -> None:
    target = Target(region="eu-central-1", account="999999999999")
    assert {(stack.region, stack.account) for stack in load(synthesize(OURS), target).stacks} == {
        ("eu-central-1", "999999999999")
    }
    (tmp_path / "t.json").write_text('{"Resources": {"T": {"Type": "AWS::SNS::Topic"}}}')
    assert load(tmp_path / "t.json", target).stacks[0].region == "eu-central-1"


@pytest.mark.parametrize(
    ("file", "stack"),
    [
        ("Shop.template.json", "Shop"),
        ("my cache.yaml", "my-cache"),
        ("1st.json", "Stack-1st"),
        ("-.json", "Stack"),
    ],
)
def test_a_lone_template_takes_its_files_name_and_the_default_place(
    tmp_path: Path, file: str, stack: str
) -> None:
    (tmp_path / file).write_text(TEMPLATE % CACHE)
    (found,) = load(tmp_path / file).stacks
    assert (found.name, found.region, found.account) == (stack, "us-east-1", "000000000000")
    assert [cache.name for cache in declare(load(tmp_path / file)).caches] == ["c"]


def test_a_template_by_hand_may_name_a_nested_one_by_its_path(tmp_path: Path) -> None:
    nested = {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "parts/inner.yaml"}}
    (tmp_path / "outer.json").write_text(json.dumps({"Resources": {"N": nested}}))
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "inner.yaml").write_text(TEMPLATE % CACHE)
    assert [cache.name for cache in declare(load(tmp_path / "outer.json")).caches] == ["c"]


def test_a_template_that_nests_itself_comes_to_an_end(tmp_path: Path) -> None:
    nested = {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "t.json"}}
    (tmp_path / "t.json").write_text(json.dumps({"Resources": {"A": nested, "B": nested}}))
    with pytest.raises(TemplateError) as caught:
        load(tmp_path / "t.json")
    assert caught.value.code == "CircularReference"


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({}, "SourceNotFound"),
        ({"manifest.json": "[]"}, "InvalidAssembly"),
        ({"manifest.json": '{"artifacts": {"A": {"type": "aws:cloudformation:stack"}}}'}, "InvalidAssembly"),
        (
            {
                "manifest.json": '{"artifacts": {"A": {"type": "aws:cloudformation:stack", "properties": '
                '{"templateFile": "gone"}}}}'
            },
            "SourceNotFound",
        ),
        ({"manifest.json": "{"}, "InvalidTemplateText"),
        (
            {"manifest.json": '{"artifacts": {"A": {"type": "cdk:cloud-assembly", "properties": {}}}}'},
            "InvalidAssembly",
        ),
        ({"cdk.json": "{}"}, "InvalidCdkJson"),
        ({"cdk.json": "[]"}, "InvalidCdkJson"),
    ],
)
def test_a_folder_that_is_no_source_is_refused(tmp_path: Path, files: dict[str, str], code: str) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(TemplateError) as caught:
        load(tmp_path)
    assert caught.value.code == code


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "t.json").write_bytes(b'{"A": "\xff"}')
    with pytest.raises(TemplateError, match=r"t\.json must be UTF-8 text, got other bytes"):
        load(tmp_path / "t.json")


KEYS = st.sampled_from(
    ["files", "source", "path", "destinations", "objectKey", "properties", "Resources", "Type"]
)
SCALARS = st.none() | st.integers() | st.sampled_from(["", "A", "T.json", "aws://1/2", "\0", "\ud800"])
ANY = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(KEYS, inner, max_size=3)
)
ARTIFACT = st.fixed_dictionaries(
    {"type": st.sampled_from(["aws:cloudformation:stack", "cdk:cloud-assembly", "cdk:asset-manifest"])},
    optional={
        "properties": ANY
        | st.fixed_dictionaries({"templateFile": st.just("T.json")}, optional={"stackName": ANY}),
        "dependencies": ANY,
        "environment": ANY,
    },
)


@settings(deadline=None)
@given(
    st.fixed_dictionaries(
        {"artifacts": ANY | st.dictionaries(st.sampled_from("AB"), ARTIFACT)}, optional={"missing": ANY}
    ),
    ANY,
    ANY,
)
def test_no_assembly_whatever_raises_anything_but_our_own_error(
    manifest: Any, template: Any, assets: Any
) -> None:
    with TemporaryDirectory() as folder:
        for name, tree in (("manifest", manifest), ("T", template), ("T.json.assets", assets)):
            (Path(folder) / f"{name}.json").write_text(json.dumps(tree))
        with suppress(ElastiCacheError):
            declare(load(folder), refuse=lambda error, place: None)


@pytest.mark.parametrize("text", ["{}", '{"name": "shop", "version": "1.0"}'])
def test_a_file_without_resources_is_no_template(tmp_path: Path, text: str) -> None:
    (tmp_path / "package.json").write_text(text)
    with pytest.raises(TemplateError) as caught:
        load(tmp_path / "package.json")
    assert str(caught.value) == (
        "package.json must declare Resources, got none; is it a template? [InvalidTemplate]"
    )
