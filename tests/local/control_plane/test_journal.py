"""The runtime's log."""

from pathlib import Path

from cdk_elasticache.local.control_plane.journal import NAME, Journal, read


def test_an_entry_that_was_cut_short_costs_none_of_the_others(tmp_path: Path) -> None:
    Journal(tmp_path).add("runtime", "first")
    with (tmp_path / NAME).open("ab") as log:
        log.write(b'{"time": "12:00", "sour\xc3')  # a full disk, or a kill
    Journal(tmp_path).add("runtime", "hidden by the broken one")
    Journal(tmp_path).add("runtime", "last")
    assert [entry["text"] for entry in read(tmp_path)] == ["first", "last"]
