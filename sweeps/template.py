"""Define: the commented YAML file that a new user starts from.

Made from the objective's own declarations and from the records' explanations, so that neither can
be forgotten or go out of date. Writes no file.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from sweeps.errors import SpaceError
from sweeps.space import Space
from sweeps.spec.budget import Budget
from sweeps.spec.checkpoint import CheckpointPlan
from sweeps.spec.execution import Failures, Resources
from sweeps.spec.flow import flow
from sweeps.spec.heading import FORBID, OBJECTIVE, SPACE, Heading
from sweeps.spec.key import Key, keys_of
from sweeps.spec.search import Search
from sweeps.spec.seed_plan import SeedPlan
from sweeps.spec.stopping import StoppingPlan

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sweeps.objective import Objective
    from sweeps.spec.section import Section

WIDTH = 88
CONFIGS, SEEDS = 20, 10  # enough to see something, few enough to be done soon
EXAMPLE_SPACE = {"learning_rate": {"float": [0.0001, 0.1], "log": True}}


def template(objective: Objective) -> str:
    """Give a commented sweep definition for an objective; it can be run as it is.

    What the objective declares is filled in. Where it declares no space, metric or mode, an
    example stands in its place and says so. Keys that are commented out are optional.

    Args:
        objective: A loaded objective.

    Returns:
        YAML that reads back to a legal sweep, where the objective's own declarations are legal.
    """
    return "\n".join(_lines(objective)) + "\n"


def _lines(objective: Objective) -> Iterator[str]:
    yield f"# A sweep of {objective.reference}: every configuration, trained under every seed."
    yield "# Run it with `sweeps run FILE`. Keys that are commented out are optional."
    heading = {key.name: key for key in keys_of(Heading)}
    metric = objective.metric or next(iter(objective.metrics), None)
    values = {"name": _name(objective.reference), "metric": metric, "mode": objective.mode}
    yield from _entry(heading["name"], values["name"])
    yield from _comment(OBJECTIVE)
    yield f"objective: {flow(objective.reference.removesuffix(':train'))}"
    for name in ("metric", "mode"):
        yield from _entry(heading[name], values[name] or heading[name].example)
        if values[name] is None:
            yield f"# The objective declares no {name.upper()}: this is an example, put in yours."
    yield from _entry(heading["master_seed"], 0)
    yield from _space(objective)
    yield from _section(Search, _search(objective))
    if objective.defaults is not None:
        yield f"  # The objective's DEFAULTS: {flow(objective.defaults)}"
    yield from _section(SeedPlan, {"n": SEEDS, "paired": True})
    if objective.sources:
        yield f"  # The objective's seed sources: {', '.join(objective.sources)}"
        yield from _designed(objective.sources)
    yield from _section(StoppingPlan, {"rule": "none"})
    yield from _section(Budget, {})
    yield from _section(Resources, {"cpu": 1, "gpu": 0})
    yield from _section(Failures, {"retries": Failures().retries})
    yield from _section(CheckpointPlan, {})
    for name in ("isolate", "store", "tags"):
        yield from _entry(heading[name], None)


def _name(reference: str) -> str:
    """Make a name from a reference, such as `svm` from `objectives.svm:train`."""
    target, _, attribute = reference.partition(":")
    last = PurePath(target).stem if target.endswith(".py") else target.rpartition(".")[2]
    parts = [last] if attribute in ("", "train") else [last, attribute]
    return re.sub(r"[^A-Za-z0-9_-]+", "-", "-".join(parts)).strip("-_")[:100] or "sweep"


def _search(objective: Objective) -> dict[str, object]:
    return {"sampler": "random", "configs": CONFIGS, "defaults_first": _are_legal(objective)}


def _are_legal(objective: Objective) -> bool:
    """Tell whether the objective's DEFAULTS are a configuration of its SPACE."""
    if not isinstance(objective.defaults, Mapping) or objective.space is None:
        return False
    try:
        Space.from_mapping(objective.space, objective.forbid).check(objective.defaults)
    except SpaceError:
        return False
    return True


def _space(objective: Objective) -> Iterator[str]:
    yield from _comment(SPACE)
    if objective.space is None:
        yield "# The objective declares no SPACE: this is an example, put in your own."
    declared: Any = objective.space or EXAMPLE_SPACE
    forbid: object
    try:
        document = Space.from_mapping(declared, objective.forbid).document()
        declared, forbid = document["space"], document["forbid"]
    except SpaceError:
        forbid = list(objective.forbid)  # as it is: `sweeps run` says what is wrong with it
    yield "space:"
    width = max(map(len, declared), default=0) + 1
    for name, entry in declared.items():
        yield f"  {flow(name) + ':':<{width}} {flow(entry)}"
    yield from _comment(FORBID)
    example = "[{kernel: poly, degree: 5}]"
    yield f"forbid: {flow(forbid)}" if forbid else f"# forbid: {example}"


def _designed(sources: Sequence[str]) -> Iterator[str]:
    """Show a design of the first two sources, with as many seeds as the template has."""
    if len(sources) > 1:
        counts = dict(zip(sources, (SEEDS // 2, 2), strict=False))
        yield "  # To learn in which of them the luck sits:"
        yield f"  #   sources: {flow(counts)}"
        yield "  #   design: crossed"


def _section(section: type[Section], values: Mapping[str, object]) -> Iterator[str]:
    yield from _comment(section.DESCRIPTION)
    yield f"{section.PLACE}:"
    for key in keys_of(section):
        yield from _entry(key, values.get(key.name), indent="  ")


def _entry(key: Key, value: object, *, indent: str = "") -> Iterator[str]:
    """Explain a key and give it, commented out with an example where there is no value."""
    yield from _comment(key.description, indent=indent)
    if value is None:
        yield f"{indent}# {key.name}: {flow(key.example)}"
    else:
        yield f"{indent}{key.name}: {flow(value)}"


def _comment(text: str, *, indent: str = "") -> Iterator[str]:
    if not indent:
        yield ""
    yield from (f"{indent}# {line}" for line in textwrap.wrap(text, WIDTH))
