"""Conversions that are remembered."""

from __future__ import annotations

import numpy as np

from sweeps.planner.samplers.history import History
from tests.contracts.sampler_setting import PLAIN, random_table


def test_a_longer_table_is_converted_further():
    """In steps or at once, beyond the room that was there at first too."""
    configs = random_table(PLAIN, 700, "tpe", float).configs
    history = History(PLAIN)
    for n in (10, 10, 300):
        history.points(configs[:n])
    found = history.points(configs)
    np.testing.assert_array_equal(found, History(PLAIN).points(configs))
    assert found[699].tolist() == [configs[699].values["x"], configs[699].values["y"]]
    assert history.are_of("tpe").all()


def test_another_table_is_no_continuation():
    """A shorter one, or one that begins otherwise, is read from the start."""
    configs = random_table(PLAIN, 20, "tpe", float).configs
    history = History(PLAIN)
    for given in (configs, configs[:5], configs[3:18]):
        np.testing.assert_array_equal(history.points(given), History(PLAIN).points(given))
        assert history.has(given[0].values)
    assert not history.has(configs[0].values)
