"""What an autoscaler can start: read from its file, its command line and its reports."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sweeps.tune.autoscaler import NodeType, is_scaling, option_in, types_in

ROOT = Path(__file__).parents[2]


def test_node_types_of_the_cluster_file_are_found():
    """The head is none of them: nobody starts a second one."""
    (worker,) = types_in(ROOT / "cluster.yaml")
    assert worker.name != "head"
    assert worker.most > 0


def test_the_limit_of_the_whole_cluster_counts_too(tmp_path):
    """`max_workers` of a node type may be larger than that of the cluster, or missing."""
    file = tmp_path / "cluster.yaml"
    file.write_text(
        "max_workers: 3\nhead_node_type: head\navailable_node_types:\n"
        "  head: {resources: {CPU: 2}}\n"
        "  big: {resources: {CPU: 16, GPU: 1}, max_workers: 9}\n"
        "  small: {resources: {CPU: 4}}\n"
        "  none: {resources: {CPU: 4}, max_workers: 0}\n",
        encoding="utf-8",
    )
    assert types_in(file) == (
        NodeType("big", {"CPU": 16, "GPU": 1}, 3),
        NodeType("small", {"CPU": 4}, 3),
    )


@pytest.mark.parametrize(
    "text", ["", "[1, 2]", "available_node_types: 3", "a: [", "max_workers: x"]
)
def test_what_is_no_cluster_file_has_no_node_types(tmp_path, text):
    """A file that somebody else wrote, or half of one, ends no sweep."""
    file = tmp_path / "cluster.yaml"
    file.write_text(text, encoding="utf-8")
    assert types_in(file) == ()
    assert types_in(tmp_path / "missing.yaml") == ()


def test_the_monitor_of_this_cluster_is_told_from_others():
    """Several clusters may have their heads on one machine."""
    command = [
        "python",
        "monitor.py",
        "--gcs-address=10.0.0.1:6379",
        "--autoscaling-config=/a.yaml",
    ]
    assert option_in(command, "10.0.0.1:6379") == Path("/a.yaml")
    assert option_in(command, "10.0.0.1:6380") is None
    assert option_in(command[:3], "10.0.0.1:6379") is None


@pytest.mark.parametrize(
    ("active", "pending", "expected"),
    [
        ({"node_ab12": 1}, {}, False),
        ({"head": 1}, {}, True),
        ({"node_ab12": 1}, {"worker": 2}, True),
    ],
)
def test_a_report_tells_whether_nodes_can_be_started(active, pending, expected):
    """Without an autoscaler Ray reports each node as a type of its own."""
    report = {"autoscaler_report": {"active_nodes": active, "pending_launches": pending}}
    assert is_scaling(json.dumps(report).encode()) is expected


@pytest.mark.parametrize("status", [b"", b"{}", b"[]", b'{"autoscaler_report": null}'])
def test_a_report_that_says_nothing_means_no_autoscaler(status):
    """Ray writes it in its own time and form."""
    assert not is_scaling(status)
