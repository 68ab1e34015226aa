"""How many runs fit into a cluster, and what is refused because it never would."""

from __future__ import annotations

import sys

import pytest

from sweeps.errors import ResourceError
from sweeps.tune.autoscaler import NodeType
from sweeps.tune.capacity import HEAD, Capacity, capacity, check_fits, fitting

GIB = 2.0**30


def node(name="n", *, is_alive=True, **has):
    """Describe a node as Ray does."""
    resources = {"CPU": 4.0, "memory": 8 * GIB, **has}
    return {
        "Alive": is_alive,
        "Resources": {each: amount for each, amount in resources.items() if amount},
        "NodeManagerHostname": name,
        "NodeManagerAddress": f"10.0.0.{len(name)}",
    }


def test_a_run_never_spans_two_nodes():
    """Three cores on each of two nodes are one run of two cores each, though six are three."""
    nodes = [node(CPU=3.0), node(CPU=3.0)]
    assert capacity({"CPU": 2.0}, nodes, None) == Capacity(2, None)
    assert capacity({"CPU": 4.0}, nodes, None) == Capacity(0, None)


def test_dead_nodes_do_not_count():
    """Ray goes on listing them."""
    nodes = [node(), node(is_alive=False)]
    assert capacity({"CPU": 1.0}, nodes, None).now == 4


@pytest.mark.parametrize(
    ("wanted", "n"),
    [
        ({"CPU": 0.1}, 40),  # in floating point, 4 / 0.1 may be a little less
        ({"CPU": 0.3}, 13),
        ({"CPU": 1.0, "memory": 3 * GIB}, 2),
        ({"CPU": 1.0, "GPU": 0.5}, 4),
        ({"CPU": 0.01, "licence": 1.0}, 0),
        ({"CPU": 0.01, "GPU": 0.0}, 400),
    ],
)
def test_the_scarcest_resource_decides(wanted, n):
    """Fractions, memory and resources of one's own alike."""
    assert fitting(wanted, node(GPU=2.0)["Resources"]) == n


def test_a_cluster_that_grows_is_counted_as_it_may_be():
    """The head is there in any case, and no second one is started."""
    types = [NodeType("big", {"CPU": 16.0}, 3), NodeType("gpu", {"CPU": 1.0, "GPU": 1.0}, 2)]
    head = node(CPU=2.0, **{HEAD: 1.0})
    assert capacity({"CPU": 2.0}, [head], types) == Capacity(1, 25, can_grow=True)
    worker = node(CPU=16.0)
    assert capacity({"CPU": 2.0}, [head, worker], types) == Capacity(9, 25, can_grow=True)
    assert capacity({"GPU": 1.0}, [head], types) == Capacity(0, 2, can_grow=True)
    without_end = [NodeType("any", {"CPU": 1.0}, sys.maxsize)]
    assert (capacity({"CPU": 1.0}, [head], without_end).most or 0) >= sys.maxsize


def test_a_cluster_that_grows_without_saying_how_far_is_no_smaller():
    """Nobody can say what it will have; what it has is known."""
    assert capacity({"CPU": 1.0}, [node()], []) == Capacity(4, None, can_grow=True)


def test_what_fits_into_no_node_is_refused():
    """With what each has: together they would have enough, and that helps nobody."""
    nodes = [node("a"), node("bb", CPU=2.0), node("gone", is_alive=False, CPU=64.0)]
    message = (
        r"a run asks for 6 CPUs, 2 GiB of memory of one machine \(`resources`\), and none has "
        r"that: a \(10\.0\.0\.1\) has 4 CPUs, 8 GiB of memory; bb \(10\.0\.0\.2\) has 2 CPUs, 8 "
        r"GiB of memory\. Ask for less, or add a larger machine to the cluster\."
    )
    with pytest.raises(ResourceError, match=message):
        check_fits({"CPU": 6.0, "memory": 2 * GIB}, nodes, None)


def test_what_no_kind_of_node_would_have_is_refused():
    """A name with a typo would wait for ever."""
    types = [NodeType("spot", {"CPU": 8.0}, 10)]
    message = r"1 CPU, 1 licens of .* n \(10.0.0.1\) has 4 CPUs, 0 licens; `spot` has 8 CPUs, 0 lic"
    with pytest.raises(ResourceError, match=message):
        check_fits({"CPU": 1.0, "licens": 1.0}, [node()], types)


def test_nodes_that_are_not_there_yet_are_waited_for():
    """Where they can be started, or where nobody knows what can."""
    assert check_fits({"CPU": 8.0}, [node()], [NodeType("spot", {"CPU": 8.0}, 10)]).most == 10
    assert check_fits({"CPU": 8.0}, [node()], []).now == 0
    assert check_fits({"CPU": 2.0}, [node()], None).now == 2
