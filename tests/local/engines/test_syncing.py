"""A killed engine loses nothing that it acknowledged, and what it wrote is on the disk a second later."""

import os
import threading
from pathlib import Path

import pytest

from cdk_elasticache.local.engines.syncing import Syncing
from cdk_elasticache.local.engines.valkey import Valkey


def test_only_what_has_changed_is_synced(tmp_path: Path) -> None:
    syncing = Syncing(tmp_path)
    assert syncing.sync() == 0
    (tmp_path / "a.incr.aof").write_text("1")
    (tmp_path / "b.base.aof").write_text("1")
    assert [syncing.sync(), syncing.sync()] == [2, 0]
    (tmp_path / "a.incr.aof").write_text("12")
    assert [syncing.sync(), syncing.sync()] == [1, 0]


def test_a_failed_sync_is_tried_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    syncing = Syncing(tmp_path)
    (tmp_path / "a.incr.aof").write_text("1")
    with monkeypatch.context() as broken:

        def fail(file: int) -> None:
            raise OSError

        broken.setattr(os, "fsync", fail)
        assert syncing.sync() == 0
    assert syncing.sync() == 1


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="asks /proc")
def test_what_an_engine_wrote_is_synced_while_it_runs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    synced, real = threading.Event(), os.fsync
    with Valkey(tmp_path / "cache", name="shop", port=7777) as engine:

        def watched(file: int) -> None:
            real(file)
            if os.readlink(f"/proc/self/fd/{file}").endswith(".incr.aof"):
                synced.set()

        monkeypatch.setattr(os, "fsync", watched)
        engine.admin.call("SET", "k", "1")
        assert synced.wait(5)


def test_a_killed_engine_loses_no_acknowledged_write(tmp_path: Path) -> None:
    engine = Valkey(tmp_path / "cache", name="shop", port=7777)
    engine.start()
    for number in range(2000):
        engine.admin.call("SET", f"k{number}", "v" * 1000)
    engine.process.kill()
    engine.stop()
    with Valkey(tmp_path / "cache", name="shop", port=7777) as again:
        assert again.admin.call("DBSIZE") == 2000
