"""What the answers of nodes mean: who is named, and what is advised."""

from __future__ import annotations

import pytest

from sweeps.cluster.probe import Node, Said
from sweeps.engine.checkup.nodes import answering, clocks, importing, resources, versions
from sweeps.engine.checkup.reaching import unreached
from sweeps.engine.checkup.stored import fitting

OWN = {"python": "3.11.7", "ray": "2.60.0", "sweeps": "0.1.0"}
FIT = Said({**OWN, "error": ""})


def test_a_node_that_does_not_answer_is_named():
    """With what is known of it."""
    check = answering({"a": Said(1), "b": Said(error="no answer within 30 s")})
    assert (check.is_ok, check.found) == (False, "b: no answer within 30 s")
    assert answering({"a": Said(1), "b": Said(2)}).is_ok


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"sweeps": "0.0.9"}, "b: sweeps 0.0.9;"),
        ({"sweeps": "", "error": "ModuleNotFoundError: no"}, "b: no sweeps (ModuleNotFoundError"),
        ({"python": "3.12.1"}, "b: Python 3.12.1;"),
        ({"ray": "2.59.0"}, "b: Ray 2.59.0;"),
    ],
)
def test_a_node_with_other_versions_is_named(changes, said):
    """With what it has, what the driver has, and how to get the same."""
    check = versions({"a": FIT, "b": Said({**OWN, "error": "", **changes})}, OWN)
    assert not check.is_ok
    assert said in check.found
    assert "Python 3.11.7, Ray 2.60.0, sweeps 0.1.0" in check.found
    assert check.remedy


def test_the_last_number_of_python_may_differ():
    """Objects of 3.11.7 are read by 3.11.9; a node that is silent is told of elsewhere."""
    other = Said({**OWN, "python": "3.11.9", "error": ""})
    check = versions({"a": FIT, "b": other, "c": Said(error="late")}, OWN)
    assert check.is_ok
    assert check.found.endswith("all 2 nodes")


def test_nodes_with_the_same_trouble_are_named_together():
    """And many of them are counted."""
    said = {f"n{i}": Said("ModuleNotFoundError: No module named 'shap'") for i in range(5)}
    check = importing({"ok": Said(""), **said}, "model:train")
    wanted = "`model:train` fails on n0, n1, n2 and 2 more: ModuleNotFoundError: No module named"
    assert check.found.startswith(wanted)


@pytest.mark.parametrize(
    ("offset", "is_ok", "said"),
    [(4.0, True, "within 5 s"), (-12.0, True, "b: 12 s behind"), (400.0, False, "b: 400 s ahead")],
)
def test_clocks_that_differ_are_told_and_bad_where_they_spoil_something(offset, is_ok, said):
    """Nothing of ours compares the times of two machines; signatures of requests do."""
    check = clocks({"a": 0.0, "b": offset})
    assert check.is_ok == is_ok
    assert said in check.found
    assert bool(check.remedy) == (abs(offset) > 5)


def node(name, **has):
    """A node that has these resources."""
    return Node(name, name, {"object_store_memory": 2.0**20, **has})


@pytest.mark.parametrize(
    ("now", "most", "can_grow", "is_ok", "said"),
    [
        (3, None, False, True, "3 runs at a time with 2 CPUs, 0.5 GPU each"),
        (1, 9, True, True, "1 run at a time with 2 CPUs, 0.5 GPU each, up to 9 once the cluster"),
        (0, None, False, False, "and no node has that now (a has 8 CPUs, 0 GPU)"),
        (0, 4, True, True, "and no node has that now"),
        (0, None, True, True, "and no node has that now"),
        (0, 0, True, False, "and no node has that now"),
    ],
)
def test_a_run_fits_into_a_node_or_into_one_that_may_come(now, most, can_grow, is_ok, said):
    """Else what was asked and what each node has."""
    wanted = {"CPU": 2.0, "GPU": 0.5}
    check = resources([node("a", CPU=8.0)], wanted, now=now, most=most, can_grow=can_grow)
    assert check.is_ok == is_ok
    assert said in check.found
    assert bool(check.remedy) == (now == 0)


def test_data_that_no_object_store_holds_are_found():
    """With the node, before anything is sent there."""
    assert fitting(1 << 19, [node("a")]).is_ok
    check = fitting(1 << 22, [node("a"), Node("b", "b", {"object_store_memory": 2.0**30})])
    assert not check.is_ok
    assert check.found == "4.0 MiB, once a node, but in the object store a has 1.0 MiB"


@pytest.mark.parametrize(
    ("text", "found", "remedy"),
    [
        (
            "Version mismatch: The cluster was started with:\n    Ray: 2.59.0\n    Python: 3.10.2\n"
            "This process on 10.0.0.1 was started with:\n    Ray: 2.60.0\n    Python: 3.11.7\n",
            "the cluster has Ray 2.59.0 and Python 3.10.2, this machine Ray 2.60.0 and Python",
            "to the last number",
        ),
        ("Could not find any running Ray instance.", "auto is for nodes of", "http://HOST:8265"),
        ("nobody answers at auto (refused)", "nobody answers at auto", "http://HOST:8265"),
        ("no answer within 30 s", "no answer within 30 s from auto", "Its head hangs"),
        ("it is\nsomething else", "it is", "http://HOST:8265"),
    ],
)
def test_why_a_cluster_cannot_be_reached_is_said_in_a_line(text, found, remedy):
    """Ray says it in many."""
    check = unreached(text, "auto")
    assert not check.is_ok
    assert check.found.startswith(found)
    assert "\n" not in check.found
    assert remedy in check.remedy
