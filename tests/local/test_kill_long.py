"""A sample of the long run: ``python -m tests.local.kill_long``."""

import sys
from pathlib import Path

import pytest

from tests.local.kill_long import Trial

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="/proc tells who is who")


def test_kills_of_each_kind_lose_no_write_that_was_promised(tmp_path: Path) -> None:
    trial = Trial(tmp_path)
    for victim in ("gateway", "engine", "runtime"):
        trial.round(victim)
    trial.round("")
    assert trial.kills == {"gateway": 1, "engine": 1, "runtime": 1}
