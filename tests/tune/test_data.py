"""Data on their way to the workers: in a box that is opened when they can be understood."""

from __future__ import annotations

import pytest
import ray
from ray.exceptions import ObjectStoreFullError

from sweeps.errors import ResourceError
from sweeps.tune import data


@pytest.mark.parametrize("where", ["put", "get"])
def test_data_that_do_not_fit_are_refused_with_the_way_out(monkeypatch, where):
    """Wherever there is no room: on the driver's machine or on a worker's."""

    def refuse(_what):
        raise ObjectStoreFullError

    monkeypatch.setattr(ray, where, refuse)
    monkeypatch.setattr(ray, "cluster_resources", lambda: {"object_store_memory": 2.0**30})
    with pytest.raises(ResourceError, match=r"`load_data` gave .* 1 GiB\)\. Give Ray a larger one"):
        data.box([1]) if where == "put" else data.Box((None,)).open()  # type: ignore[arg-type]
