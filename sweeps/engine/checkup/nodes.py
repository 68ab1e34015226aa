"""What the answers of the nodes mean; asks nobody itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sweeps.engine.checkup.check import Check, bad, good, grouped, listed
from sweeps.report.wording import count
from sweeps.spec.amounts import in_words

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sweeps.cluster.probe import Node, Said

CLOCK_TOLD_S = 5.0
CLOCK_BAD_S = 300.0
"""Object stores and logins refuse requests that are signed by a clock as wrong as this."""


def answering(said: Mapping[str, Said]) -> Check:
    """Say which nodes answer at all; a task of Ray's was tried on each."""
    silent = {name: answer.error for name, answer in said.items() if answer.error}
    if not silent:
        return good("nodes", f"{every(said)} can run tasks")
    remedy = (
        "Restart Ray on that machine, or take it out of the cluster; the others can do without."
    )
    return bad("nodes", grouped(silent), remedy)


def versions(said: Mapping[str, Said], own: Mapping[str, str]) -> Check:
    """Compare versions on the nodes with those of the driver.

    Args:
        said: Facts by name of the node.
        own: `python`, `ray` and `sweeps` of the driver.
    """
    facts = {name: answer.value for name, answer in said.items() if not answer.error}
    troubles = {name: why for name in facts if (why := _difference(facts[name], own))}
    shown = f"Python {own['python']}, Ray {own['ray']}, sweeps {own['sweeps']}"
    if not troubles:
        return good("versions", f"{shown} on the driver's machine and on {every(facts)}")
    remedy = f"Install the same there:  pip install seed-sweeps=={own['sweeps']}"
    if any("Python" in why or "Ray" in why for why in troubles.values()):
        remedy = f"All nodes need {shown}; use the same image or environment for all."
    return bad("versions", f"{grouped(troubles)}; on the driver's machine: {shown}", remedy)


def _difference(theirs: Mapping[str, str], own: Mapping[str, str]) -> str:
    """Say how one node differs; of Python, only the first two numbers have to agree."""
    differences = []
    if _minor(theirs["python"]) != _minor(own["python"]):
        differences.append(f"Python {theirs['python']}")
    if theirs["ray"] != own["ray"]:
        differences.append(f"Ray {theirs['ray']}")
    if not theirs["sweeps"]:
        differences.append(f"no sweeps ({theirs['error']})")
    elif theirs["sweeps"] != own["sweeps"]:
        differences.append(f"sweeps {theirs['sweeps']}")
    return ", ".join(differences)


def _minor(version: str) -> list[str]:
    return version.split(".")[:2]


def importing(said: Mapping[str, Said], reference: str) -> Check:
    """Say where the objective cannot be loaded."""
    troubles = {name: answer.error or str(answer.value) for name, answer in said.items()}
    troubles = {name: why for name, why in troubles.items() if why}
    if not troubles:
        return good("objective", f"`{reference}` can be imported on {every(said)}")
    remedy = (
        "Install the same packages on every node; your own files travel with "
        "`sweeps submit FILE --address http://HEAD:8265`."
    )
    return bad("objective", f"`{reference}` fails on {grouped(troubles)}", remedy)


def clocks(offsets: Mapping[str, float]) -> Check:
    """Compare the nodes' clocks with the driver's.

    Nothing of ours compares times of two machines: a driver measures its lease, its budget and its
    deadlines with its own clock. A wrong one displaces the stored beginnings of runs, which is
    told; where it is so wrong that object stores refuse what it signs, it is bad.

    Args:
        offsets: Seconds that each node is ahead, by name.
    """
    wrong = {name: off for name, off in offsets.items() if abs(off) > CLOCK_TOLD_S}
    if not wrong:
        return good("clocks", f"{every(offsets)} within {CLOCK_TOLD_S:g} s of the driver's machine")
    words = {
        name: f"{abs(off):,.0f} s {'ahead' if off > 0 else 'behind'}" for name, off in wrong.items()
    }
    remedy = "Let all machines take their time from a server, such as with chrony."
    if all(abs(off) <= CLOCK_BAD_S for off in wrong.values()):
        return good("clocks", grouped(words), f"{remedy} Beginnings of runs are stored displaced.")
    return bad("clocks", grouped(words), remedy)


def resources(
    nodes: Sequence[Node],
    wanted: Mapping[str, float],
    *,
    now: int,
    most: int | None,
    can_grow: bool,
) -> Check:
    """Say whether one run fits into a node that is there, or into one that may come.

    Args:
        nodes: The nodes that are alive.
        wanted: What one run reserves, in Ray's words.
        now: Runs that fit into them.
        most: Runs that the cluster can grow to; None where nobody knows.
        can_grow: Whether it starts nodes by itself.
    """
    asked = in_words(wanted)
    if now:
        grows = f", up to {most} once the cluster has grown" if most and most > now else ""
        return good("resources", f"{count(now, 'run')} at a time with {asked} each{grows}")
    there = [f"{node.name} has {in_words(node.resources, wanted)}" for node in nodes]
    found = f"a run asks for {asked}, and no node has that now ({listed(there, '; ')})"
    if most or (can_grow and most is None):
        advice = "The first runs wait until the cluster has started such a node"
        return good("resources", found, f"{advice}." if most else f"{advice}, if it has that kind.")
    remedy = "Ask for less under `resources`, or add a node that has it: a run never spans two."
    return bad("resources", found, remedy)


def every(names: Collection[str]) -> str:
    """Say all of them, or name the one.

    Example:
        >>> every(["10.0.0.1"]), every("abc")
        ('10.0.0.1', 'all 3 nodes')
    """
    return next(iter(names)) if len(names) == 1 else f"all {len(names)} nodes"
