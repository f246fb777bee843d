"""What commands cost beyond the bytes they move."""

from cdk_elasticache.local.data_plane.usage import command_times, excess


def test_times_are_read_from_what_the_engine_tells() -> None:
    info = {
        "cmdstat_get": "calls=3,usec=12,usec_per_call=4.00,rejected_calls=0,failed_calls=0",
        "uptime": "1",
    }
    assert command_times(info) == {"cmdstat_get": (3, 12)}


def test_a_command_that_takes_long_costs_in_proportion_and_a_quick_one_nothing_more() -> None:
    before = {"cmdstat_get": (10, 20), "cmdstat_sort": (1, 100)}
    after = {"cmdstat_get": (20, 60), "cmdstat_sort": (2, 2100), "cmdstat_eval": (1, 40)}
    assert excess(before, after) == (2000 / 20 - 1) + (40 / 20 - 1)


def test_an_engine_that_started_again_counts_from_nothing() -> None:
    assert excess({"cmdstat_get": (100, 900)}, {"cmdstat_get": (1, 2)}) == 0
