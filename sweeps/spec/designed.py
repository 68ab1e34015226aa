"""Define: what a designed experiment asks of its space, its seeds and its size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sweeps.errors import Problem
from sweeps.space.choice import Choice
from sweeps.spec.search import DESIGNS, MOST_CONFIGS
from sweeps.spec.secret import shown
from sweeps.spec.stopping import NO_RULE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sweeps.space import Space
    from sweeps.spec.search import Search
    from sweeps.spec.seed_plan import SeedPlan
    from sweeps.spec.stopping import StoppingPlan

WAY_OUT = "or take `sampler: random`, with which such a space can be analysed"
WHY_UNPAIRED = (
    "under seeds that are shared, what a seed does to similar configurations alike looks like "
    "an effect of their hyperparameters"
)


def design_problems(
    search: Search, space: Space | None, seeds: SeedPlan | None, stopping: StoppingPlan | None
) -> list[Problem]:
    """Check a designed experiment; other samplers have no problem here.

    Args:
        search: Says whether it is one.
        space: The space, None where it is wrong itself.
        seeds: The seeds, None where they are wrong themselves.
        stopping: Which runs end early, None where that is wrong itself.
    """
    if search.sampler not in DESIGNS:
        return []
    problems = list(_size_problems(search, space))
    if space is not None:
        problems += _space_problems(search.sampler, space)
    if seeds is not None:
        problems += _seed_problems(search.sampler, seeds)
    if stopping is not None and stopping.rule != NO_RULE:
        rule = f"sampler `{search.sampler}` takes no stopping rule, since its indices need the "
        rule += "score of every configuration after the same number of steps"
        problems.append(Problem("stopping.rule", rule, f"`{stopping.rule}`", "Remove `stopping`."))
    return problems


def _size_problems(search: Search, space: Space | None) -> Iterator[Problem]:
    options = dict(search.options or {})
    n, where = options.get("n"), "search.options.n"
    remedy = "Write for example `options: {n: 64}`."
    if not isinstance(n, int) or isinstance(n, bool) or n < 2:
        rule = f"sampler `{search.sampler}` needs the size of its design, a whole number from 2"
        yield Problem(where, rule, "" if n is None else shown(n), remedy)
        return
    if search.sampler == "saltelli" and n & (n - 1):
        low = 1 << (n.bit_length() - 1)
        rule = "`n` must be a power of two, since only then the design covers the space evenly"
        yield Problem(where, rule, str(n), f"Write {low} or {2 * low}.")
    levels = options.get("levels")
    if search.sampler == "morris" and isinstance(levels, int) and levels % 2:
        rule = "`levels` must be even, so that all of them are visited equally often"
        yield Problem("search.options.levels", rule, str(levels), f"Write {levels + 1}.")
    d = 0 if space is None else space.n_dimensions
    width = d + 1 if search.sampler == "morris" else (2 * d + 2 if _has_pairs(options) else d + 2)
    if n * width > MOST_CONFIGS:
        rule = f"a design can have at most {MOST_CONFIGS:,} rows, and each unit of `n` has {width}"
        most = MOST_CONFIGS // width
        if search.sampler == "saltelli":
            most = 1 << (most.bit_length() - 1)
        yield Problem(where, rule, str(n), f"Write {most} at most.")


def _has_pairs(options: dict[str, object]) -> bool:
    return options.get("second_order") is True


def _space_problems(sampler: str, space: Space) -> Iterator[Problem]:
    why = f"since sampler `{sampler}` varies all hyperparameters independently"
    for each in space.hyperparameters:
        if each.when:
            rule = f"`{each.name}` cannot have a condition, {why}"
            remedy = f"Remove `when`, make one sweep for each case, {WAY_OUT}."
            yield Problem(f"space.{each.name}.when", rule, "", remedy)
    if space.clauses:
        rule = f"no combination can be forbidden, {why}"
        yield Problem("forbid", rule, "", f"Remove `forbid`, narrow the space instead, {WAY_OUT}.")
    if not space.varied:
        remedy = "Give one of them bounds or several values."
        yield Problem(
            "space", f"sampler `{sampler}` needs a hyperparameter that varies", "", remedy
        )
    for each in space.varied:
        is_unordered = isinstance(each, Choice) and not each.is_ordered and len(each.values) > 2
        if sampler == "morris" and is_unordered:
            rule = f"`{each.name}` must have an order, since sampler `morris` takes steps along it"
            remedy = "Write `ordinal` where its order carries meaning, or take `sampler: saltelli`."
            yield Problem(f"space.{each.name}.choice", rule, "unordered values", remedy)


def _seed_problems(sampler: str, seeds: SeedPlan) -> Iterator[Problem]:
    if seeds.race is not None:
        rule = f"sampler `{sampler}` takes no race: its indices need equal numbers of seeds for "
        rule += f"good and bad configurations, and {WHY_UNPAIRED}"
        yield Problem("seeds.race", rule, str(seeds.race), "Write `n: 2` instead of `race`.")
    elif seeds.design is not None:
        rule = f"sampler `{sampler}` takes no design of seeds: {WHY_UNPAIRED}"
        yield Problem("seeds.design", rule, f"`{seeds.design}`", "Write `n: 2` instead.")
    elif seeds.values is not None:
        rule = f"sampler `{sampler}` takes no listed seeds: {WHY_UNPAIRED}"
        remedy = f"Write `n: {len(seeds.values)}` instead of `values`."
        yield Problem("seeds.values", rule, shown(list(seeds.values)), remedy)
    elif seeds.paired:
        rule = f"sampler `{sampler}` needs `paired: false`: {WHY_UNPAIRED}"
        yield Problem("seeds.paired", rule, "true", "Remove it, or write `paired: false`.")
