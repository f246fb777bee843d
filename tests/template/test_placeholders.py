"""Stamps of made-up names."""

import pytest

from cdk_elasticache.template.placeholders import token


@pytest.mark.parametrize(
    ("text", "stamp"),
    [
        # Test vectors of the FNV specification, draft-eastlake-fnv.
        ("", "6c62272e07bb014262b821756295c58d"),
        ("a", "d228cb696f1a8caf78912b704e4a8964"),
        ("foobar", "343e1662793c64bf6f0d3597ba446f18"),
    ],
)
def test_a_stamp_is_the_fnv_hash_of_the_name(text: str, stamp: str) -> None:
    assert token(text, length=32) == stamp


def test_stamps_of_many_like_names_differ() -> None:
    assert len({token("Stack", f"Subnet{number}") for number in range(20_000)}) == 20_000
