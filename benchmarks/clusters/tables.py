"""The tables that the benchmark of clusters prints."""

from __future__ import annotations

import itertools
import math
import statistics
from typing import TYPE_CHECKING, Any

from benchmarks.markdown import short, table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

EVENTS_OF_A_BATCH = 2
"""Besides its results: the reset of the process, and the word that it is up."""


def driver(cases: Sequence[Mapping[str, Any]], tune: Mapping[str, Any]) -> str:
    """Give what planner and driver do, and how many slots they and Tune's loop keep busy."""
    head = ["policy", "run, s", "slots", "load", "batches/s", "decisions/s", "runs/s", "ask, ms"]
    head += ["ask, 99 %, ms"]
    parts = ("load", "batches_per_s", "decisions_per_s", "runs_per_s", "ask_ms", "ask_p99_ms")
    rows = [
        [case["policy"], f"{case['run_s']:g}", f"{case['slots']:,}"]
        + [short(case[part]) for part in parts]
        for case in cases
    ]
    parts_of_it = table(head, rows), _memory(cases), _tune(tune), _most(cases, tune)
    return "\n\n".join(parts_of_it)


def stores(cases: Sequence[Mapping[str, Any]]) -> str:
    """Give the driver's load with one store and another."""
    head = ["store", "run, s", "slots", "load", "runs/s"]
    rows = [
        [
            case["store"],
            f"{case['run_s']:g}",
            f"{case['slots']:,}",
            short(case["load"]),
            short(case["runs_per_s"]),
        ]
        for case in cases
    ]
    return table(head, rows)


def efficiency(found: Sequence[Mapping[str, float]]) -> str:
    """Give least, median and most for each number of nodes, and the ratio to plain tasks."""
    head = ["nodes", "what", "min", "median", "max"]
    parts = {
        "within": "all slots busy",
        "peer_within": "the same, plain Ray tasks",
        "overall": "whole call, start-up included",
        "peer_overall": "the same, plain Ray tasks",
    }
    rows = []
    for n_nodes in sorted({each["n_nodes"] for each in found}):
        here = [each for each in found if each["n_nodes"] == n_nodes]
        for part, what in parts.items():
            rows.append([f"{n_nodes:g}", what, *_spread([each[part] for each in here], "{:.3f}")])
    return table(head, rows)


def node_loss(found: Mapping[str, Sequence[Mapping[str, float]]]) -> str:
    """Give the seconds from a node's death until it is noticed, and until its run is running."""
    head = ["health checks", "seconds until", "min", "median", "max", "n"]
    rows = [
        [health, what, *_spread([each[part] for each in losses], "{:.1f}"), str(len(losses))]
        for health, losses in found.items()
        for part, what in (
            ("noticed_s", "the driver decides to try again"),
            ("again_s", "the run is running elsewhere"),
        )
    ]
    return table(head, rows)


def data_once(found: Mapping[int, Mapping[str, Any]]) -> str:
    """Give what data costs on each node and in each process."""
    head = ["data, MB", "in each node's object store, MB", "workers", "first run after, s"]
    head += ["own memory of a worker, MB", "with its part of what is shared, MB"]
    rows = [
        [
            short(size_b / 1e6),
            ", ".join(short(each / 1e6) for each in case["shm_b"]),
            str(case["n_workers"]),
            short(case["first_s"]),
            short(case["uss_b"] / 1e6),
            short(case["pss_b"] / 1e6),
        ]
        for size_b, case in found.items()
    ]
    return table(head, rows)


def most_slots(loads: Mapping[int, float]) -> float:
    """Give the number of slots at which a driver is fully loaded.

    Args:
        loads: Load by number of slots.

    Returns:
        Interpolated as a power law; from the nearest, in proportion, where none is beyond or
        short of it.

    Example:
        >>> round(most_slots({100: 0.1, 1000: 1.0, 10000: 100.0})), most_slots({100: 0.5})
        (1000, 200.0)
    """
    points = sorted(loads.items())
    for (few, low), (many, high) in itertools.pairwise(points):
        if low <= 1 < high:
            slope = math.log(high / low) / math.log(many / few)
            return float(few * (1 / low) ** (1 / slope))
    slots, load = points[0] if points[0][1] > 1 else points[-1]
    return slots / load


def with_tune(case: Mapping[str, Any], tune: Mapping[str, Any]) -> float:
    """Give the load of a driver with what Tune's loop costs for the same batches and results."""
    wait_s = tune["wait"][case["slots"]] - min(tune["wait"].values())
    batches, results = case["batches_due_per_s"], case["results_due_per_s"]
    batch_s = tune["batch"]["cpu_s"] + EVENTS_OF_A_BATCH * wait_s
    load: float = case["load"]
    result_s = tune["result"]["cpu_s"] + wait_s
    return load + float(batches * batch_s + results * result_s)


def _most(cases: Sequence[Mapping[str, Any]], tune: Mapping[str, Any]) -> str:
    keys = dict.fromkeys((case["policy"], case["run_s"]) for case in cases)
    rows = []
    for policy, run_s in keys:
        here = [each for each in cases if (each["policy"], each["run_s"]) == (policy, run_s)]
        ours = most_slots({each["slots"]: each["load"] for each in here})
        both = most_slots({each["slots"]: with_tune(each, tune) for each in here})
        rows.append([policy, f"{run_s:g}", _rounded(ours), _rounded(both)])
    return table(["policy", "run, s", "most slots, ours alone", "with Ray Tune's loop"], rows)


def _memory(cases: Sequence[Mapping[str, Any]]) -> str:
    slots = list(dict.fromkeys(case["slots"] for case in cases))
    most = dict[tuple[str, int], float]()
    for case in cases:
        key = case["policy"], case["slots"]
        most[key] = max(most.get(key, 0.0), case["memory_b"])
    rows = [
        [policy, *(short(most[policy, n] / 1e6) for n in slots)]
        for policy in dict.fromkeys(case["policy"] for case in cases)
    ]
    return table(["memory at its peak, MB", *(f"{n:,} slots" for n in slots)], rows)


def _tune(tune: Mapping[str, Any]) -> str:
    rows = [
        [f"a {part}", short(1000 * tune[part]["cpu_s"]), short(1000 * tune[part]["wall_s"])]
        for part in ("batch", "result")
    ]
    rows += [
        [f"`ray.wait` with {int(slots):,} slots", "", short(1000 * each)]
        for slots, each in tune["wait"].items()
    ]
    return table(["Ray Tune's loop, and ours in it", "CPU of the driver, ms", "wall, ms"], rows)


def _rounded(value: float) -> str:
    """Write a number of slots with two digits."""
    digits = 1 - math.floor(math.log10(max(value, 1)))
    return f"{round(value, digits):,.0f}"


def _spread(values: Sequence[float], form: str) -> list[str]:
    ordered = min(values), statistics.median(values), max(values)
    return [form.format(value) for value in ordered]
