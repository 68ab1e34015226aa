"""Define: turns a definition as written into its checked parts, or lists everything wrong with it.

No check stops another one: a part that is wrong is left out, and the checks that need it say
nothing. Lines and overrides are no business of this file.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from sweeps.errors import ObjectiveError, Problem, SpaceError, SpecError, nearest
from sweeps.objective import Objective, load_objective
from sweeps.space import Space
from sweeps.spec.between import (
    budget_problems,
    checkpoint_problems,
    stopping_problems,
    uncounted,
    with_steps,
)
from sweeps.spec.budget import Budget
from sweeps.spec.checkpoint import CheckpointPlan
from sweeps.spec.designed import design_problems
from sweeps.spec.execution import Failures, Resources
from sweeps.spec.heading import TOP_LEVEL, Heading
from sweeps.spec.key import keys_of, missing, unknown_keys, unpacked
from sweeps.spec.listed import read_listed
from sweeps.spec.search import COUNTED, DESIGNS, MOST_CONFIGS, Search
from sweeps.spec.secret import shown
from sweeps.spec.section import Section
from sweeps.spec.seed_plan import SEEDS_REMEDY, SeedPlan
from sweeps.spec.seed_sources import is_counted, names_of
from sweeps.spec.stopping import StoppingPlan

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sweeps.spec.seed_sources import Counts, Names

S = TypeVar("S", bound=Section)


def check(given: Mapping[str, object], base: Path | None) -> dict[str, Any]:
    """Check a whole definition.

    Args:
        given: What is written, by key, None for left out; a value may also be a finished record.
        base: Folder that relative paths start from, None for the current one.

    Returns:
        The checked value of every field of a `Sweep`.

    Raises:
        SpecError: With every problem.
    """
    return _Check(given, base).parts()


class _Check:
    """One pass over one definition; collects problems as it goes."""

    def __init__(self, given: Mapping[str, object], base: Path | None) -> None:
        self.given = {key: value for key, value in given.items() if value is not None}
        self.base = base
        self.problems = unknown_keys(given, TOP_LEVEL, "")

    def parts(self) -> dict[str, Any]:
        heading = self._heading()
        objective = self._objective()
        space = self._space(objective)
        parts: dict[str, Any] = {
            **{key.attribute: heading.get(key.attribute, key.default) for key in keys_of(Heading)},
            **self._target(heading, objective),
            "objective": objective,
            "space": space,
            "search": self._search(space, objective),
            "seeds": self._seeds(objective),
            "stopping": self._stopping(objective),
            "budget": self._optional(Budget),
            "resources": self._optional(Resources),
            "failures": self._optional(Failures),
            "checkpoint": self._checkpoint(objective),
        }
        self._check_amounts(parts["search"], parts["seeds"], parts["budget"])
        if parts["search"] is not None:
            found = design_problems(parts["search"], space, parts["seeds"], parts["stopping"])
            self.problems += found
        if self.problems:
            raise SpecError(self.problems)
        return parts

    def _add(self, where: str, rule: str, got: str, remedy: str) -> None:
        self.problems.append(Problem(where, rule, got, remedy))

    def _heading(self) -> dict[str, Any]:
        names = {key.name for key in keys_of(Heading)}
        values, problems = Heading.check({k: v for k, v in self.given.items() if k in names})
        self.problems += problems
        return values

    def _objective(self) -> Objective | None:
        reference = self.given.get("objective")
        if reference is None:
            remedy = "Name a module such as `objectives.svm`, or a file such as `train.py:train`."
            self.problems.append(missing("objective", remedy))
            return None
        if not isinstance(reference, str | Objective) and not callable(reference):
            rule = "must be text that names a module or a file"
            self._add("objective", rule, shown(reference), "Write for example `objectives.svm`.")
            return None
        try:
            return load_objective(reference, base=self.base)
        except ObjectiveError as error:
            rule, _, remedy = str(error).partition(". ")
            remedy = remedy or "Correct the objective."
            self._add("objective", rule.removesuffix("."), "", remedy)
            return None

    def _target(self, heading: dict[str, Any], objective: Objective | None) -> dict[str, str]:
        """Find metric and mode, each from the definition or else from the objective."""
        if objective is None:
            return {}
        metric = heading.get("metric")
        if metric is None and "metric" not in self.given:
            metric = objective.metric
            remedy = "Write `metric: NAME` in the definition, or METRIC in the objective."
            if metric is None:
                self.problems.append(missing("metric", remedy))
            elif not isinstance(metric, str):
                self._add("objective", "METRIC must be text", shown(metric), remedy)
        if metric is not None and objective.metrics and metric not in objective.metrics:
            rule = f"metric `{metric}` is none of those that `{objective.reference}` declares"
            self._add("metric", rule, "", nearest(str(metric), objective.metrics))
        return {"metric": metric, "mode": self._mode(heading, objective, metric)}

    def _mode(self, heading: dict[str, Any], objective: Objective, metric: str | None) -> Any:
        if "mode" in self.given:
            return heading.get("mode")
        remedy = "Write `mode: max` or `mode: min` in the definition, or MODE in the objective."
        if objective.mode is None:
            self.problems.append(missing("mode", remedy))
        elif objective.mode not in ("max", "min"):
            self._add("objective", "MODE must be `max` or `min`", shown(objective.mode), remedy)
        elif metric is not None and metric != objective.metric:
            # the objective's MODE speaks of its own METRIC; a loss is not an accuracy
            remedy = f"Write `mode: max` or `mode: min` beside `metric: {metric}`."
            self.problems.append(missing("mode", remedy))
        return objective.mode

    def _space(self, objective: Objective | None) -> Space | None:
        """Make the space from the definition, or else from what the objective declares."""
        space, forbid = self.given.get("space"), self.given.get("forbid")
        if isinstance(space, Space):
            if forbid is None:
                return space
            space = space.document()["space"]
        if space is not None:
            return self._new_space(space, forbid, {})
        if objective is None:
            return None
        if objective.space is None:
            remedy = "Write `space:` in the definition, or SPACE in the objective."
            self.problems.append(missing("space", remedy))
            return None
        places = {"space": f"objective `{objective.reference}`, SPACE"}
        if forbid is None:
            forbid = objective.forbid
            places["forbid"] = f"objective `{objective.reference}`, FORBID"
        return self._new_space(objective.space, forbid, places)

    def _new_space(self, space: Any, forbid: Any, places: Mapping[str, str]) -> Space | None:
        try:
            return Space.from_mapping(space, () if forbid is None else forbid)
        except SpaceError as error:
            problems = list(error.problems)
            for old, new in places.items():
                problems = [_moved(problem, old, new) for problem in problems]
            self.problems += problems
            return None

    def _search(self, space: Space | None, objective: Objective | None) -> Search | None:
        given = self._written(Search)
        if given is None:
            return None
        # the rows of `from` can only be judged with the space; here it counts that there are some
        values, problems = Search.check({**given, "from": ()} if "from" in given else given)
        self.problems += problems
        n_before = len(self.problems)
        self._check_count(values.get("sampler"), given)
        if values.get("sampler") == "listed" and "from" in given:
            values["listed"], found = read_listed(given["from"], space, self.base)
            self.problems += found
        if values.get("sampler") == "grid" and space is not None:
            self._check_grid(space)
        if values.get("defaults_first"):
            self._check_defaults(space, objective)
        if problems or len(self.problems) > n_before:
            return None
        is_unread = "from" in given and values["listed"] is None  # for want of a space
        return None if is_unread else Search(**values)

    def _check_count(self, sampler: str | None, given: Mapping[str, object]) -> None:
        if sampler is None or sampler in COUNTED or given.get("configs") is not None:
            return
        # whether the budget is legal is said by its own check
        budget = self.given.get(Budget.PLACE)
        written = budget.document() if isinstance(budget, Budget) else budget
        is_empty = isinstance(written, Mapping) and all(v is None for v in written.values())
        if (written is None or is_empty) and sampler != "latin_hypercube":
            self.problems.append(uncounted(sampler))

    def _check_grid(self, space: Space) -> None:
        try:
            grid = space.grid()
        except SpaceError as error:
            self.problems += error.problems
            return
        if next(grid, None) is None:
            remedy = "Loosen `forbid`, or widen the space."
            self._add("search.sampler", "the grid has no configuration", "", remedy)
        n = math.prod(len(each.grid_points or ()) for each in space.hyperparameters)
        is_full = not space.clauses and not any(each.when for each in space.hyperparameters)
        if n > MOST_CONFIGS and (is_full or _has_more(grid, MOST_CONFIGS)):
            rule = f"a grid can have at most {MOST_CONFIGS:,} configurations"
            remedy = "Set `grid`, the number of points, on more hyperparameters, or draw at random."
            self._add("search.sampler", rule, f"up to {n:,}", remedy)

    def _check_defaults(self, space: Space | None, objective: Objective | None) -> None:
        where = "search.defaults_first"
        if objective is None or space is None:
            return
        if not isinstance(objective.defaults, Mapping):
            rule = f"it needs DEFAULTS, which `{objective.reference}` does not declare as a mapping"
            self._add(where, rule, "", "Remove `defaults_first`, or declare DEFAULTS there.")
            return
        try:
            space.check(objective.defaults, where)
        except SpaceError as error:
            self.problems += error.problems

    def _seeds(self, objective: Objective | None) -> SeedPlan | None:
        given = unpacked(self.given.get("seeds"))
        is_number = isinstance(given, int) and not isinstance(given, bool)
        if is_number or isinstance(given, list):
            key = "n" if is_number else "values"
            values, problems = SeedPlan.check({key: given})
            self.problems += [_moved(problem, f"seeds.{key}", "seeds") for problem in problems]
            return None if problems else SeedPlan(**(self._pairing(values) | values))
        if given is not None and not isinstance(given, Mapping | SeedPlan):
            rule = "must be the number of seeds, a list of their numbers, or a mapping of keys"
            self._add("seeds", rule, shown(given), SEEDS_REMEDY)
            return None
        written = self._written(SeedPlan)
        if written is None:
            return None
        values, problems = SeedPlan.check(written)
        self.problems += problems
        if objective is not None:
            self._check_sources(values.get("sources"), objective)
        return None if problems else SeedPlan(**(self._pairing(values) | values))

    def _pairing(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Give each configuration seeds of its own in a designed experiment."""
        if values.get("race") is not None or values.get("design") is not None:
            return {}  # those need shared seeds, which the check of the experiment says better
        search = self.given.get(Search.PLACE)
        written = search.document() if isinstance(search, Search) else search
        is_designed = isinstance(written, Mapping) and written.get("sampler") in DESIGNS
        return {"paired": False} if is_designed else {}

    def _check_sources(self, sources: Names | Counts | None, objective: Objective) -> None:
        for i, source in enumerate(names_of(sources) or ()):
            if objective.sources and source not in objective.sources:
                part = f".{source}" if is_counted(sources) else f"[{i}]"
                rule = f"`{source}` is no seed source of `{objective.reference}`"
                remedy = nearest(source, objective.sources)
                self._add(f"seeds.sources{part}", rule, "", remedy)

    def _stopping(self, objective: Objective | None) -> StoppingPlan | None:
        plan = self._optional(StoppingPlan)
        if plan is None or objective is None:
            return None
        try:
            plan = with_steps(plan, objective)
        except SpecError as error:
            self.problems += error.problems
            return None
        self.problems += stopping_problems(plan, objective)
        return plan

    def _checkpoint(self, objective: Objective | None) -> CheckpointPlan | None:
        plan = self._optional(CheckpointPlan)
        if plan is not None and objective is not None:
            self.problems += checkpoint_problems(plan, objective)
        return plan

    def _check_amounts(
        self, search: Search | None, seeds: SeedPlan | None, budget: Budget | None
    ) -> None:
        if search is not None and seeds is not None and budget is not None:
            self.problems += budget_problems(budget, seeds, search)

    def _optional(self, kind: type[S]) -> S | None:
        if kind.PLACE not in self.given:
            return kind()
        written = self._written(kind)
        if written is None:
            return None
        values, problems = kind.check(written)
        self.problems += problems
        return None if problems else kind(**values)

    def _written(self, kind: type[Section]) -> Mapping[str, object] | None:
        """Give what is written for a section by key, None (and a problem) where it is none."""
        given = self.given.get(kind.PLACE)
        if isinstance(given, kind):
            given = given.document()
        if isinstance(given, Mapping):
            return {str(key): value for key, value in given.items() if value is not None}
        remedy = f"Its keys are {', '.join(f'`{key.name}`' for key in keys_of(kind))}."
        if given is None:
            self.problems.append(missing(kind.PLACE, remedy))
        else:
            self._add(kind.PLACE, "must be a mapping of keys to values", shown(given), remedy)
        return None


def _has_more(grid: Iterator[object], n: int) -> bool:
    """Tell whether more than `n` are left, which takes a while."""
    return next(itertools.islice(grid, n, None), None) is not None


def _moved(problem: Problem, old: str, new: str) -> Problem:
    """Give the problem with the beginning of its place replaced."""
    if not problem.where.startswith(old):
        return problem
    return replace(problem, where=new + problem.where[len(old) :])
