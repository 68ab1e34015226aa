"""The cluster file at the top level: what can be checked about it without a cloud."""

from __future__ import annotations

import re
from copy import deepcopy
from pathlib import Path

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def cluster():
    return YAML(typ="safe").load((ROOT / "cluster.yaml").read_text(encoding="utf-8"))


def validate(cluster):
    """Fill in Ray's defaults and check against Ray's schema; neither reaches out to a cloud."""
    from ray.autoscaler._private.util import prepare_config, validate_config

    validate_config(prepare_config(deepcopy(cluster)))


@pytest.mark.slow
def test_ray_accepts_the_cluster_file(cluster):
    """Ray's cluster launcher finds nothing to object to."""
    validate(cluster)


@pytest.mark.slow
def test_ray_would_object_to_a_misspelt_key(cluster):
    """The check above is able to fail."""
    with pytest.raises(Exception, match="max_wokers"):
        validate(cluster | {"max_wokers": 4})


def test_cluster_runs_the_pinned_ray(cluster):
    """Head, workers and the machine that submits agree on Ray's version, as they must."""
    pins = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    pinned = re.search(r"^ray==(.+)$", pins, re.MULTILINE)
    assert pinned
    assert f":{pinned[1]}-" in cluster["docker"]["image"]


def test_cluster_keeps_to_itself(cluster):
    """Ray's dashboard is not offered to the network, and no usage is reported."""
    starts = cluster["head_start_ray_commands"] + cluster["worker_start_ray_commands"]
    starts = [command for command in starts if "ray start" in command]
    assert len(starts) == 2
    assert all("--disable-usage-stats" in command for command in starts)
    assert "--dashboard-host=127.0.0.1" in starts[0]


def test_head_type_is_one_of_the_machine_types(cluster):
    """Ray's schema does not look that up."""
    assert cluster["head_node_type"] in cluster["available_node_types"]
