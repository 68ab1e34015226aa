"""The indices of a designed experiment: what `saltelli` and `morris` say of hyperparameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sweeps.analysis.design.morris import elementary_effects
from sweeps.analysis.design.pick_freeze import PickFreeze
from sweeps.analysis.design.sobol import sobol_indices
from sweeps.analysis.design.trajectories import Trajectories
from sweeps.analysis.estimate import Estimate
from sweeps.analysis.interval import LEVEL
from sweeps.planner.event import Role
from sweeps.planner.proposing import DESIGN_ROW
from sweeps.planner.samplers import MorrisSampler
from sweeps.results.answer import Answer, texts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sweeps.analysis.design.effects import Effect
    from sweeps.analysis.design.indices import SobolIndices
    from sweeps.planner.event import Decision
    from sweeps.results.evidence import Evidence

_NO_DESIGN = (
    "Indices come from designed experiments, and no row of one is recorded here; ask for "
    "`importance()`, which needs no design, or sample with `saltelli` or `morris`."
)
_SOBOL = "pick-freeze covariances, the seeds' part taken out, bootstrap over blocks"
_EFFECTS = "elementary effects, the seeds' part taken out where said, over trajectories"


def indices_answer(
    evidence: Evidence, decisions: Sequence[tuple[float, Decision]], *, random_seed: int = 0
) -> Answer:
    """Say what a designed experiment tells of each hyperparameter, without a model of the score.

    Args:
        evidence: The runs. A configuration that stands in several rows of the design counts as
            often as it stands there.
        decisions: The planner's, each with its time; those of kind `design_row` are the design.
        random_seed: Where the randomness of the intervals starts.

    Returns:
        For `saltelli` a row a hyperparameter by total index, largest first, then a row a pair;
        for `morris` a row a hyperparameter by `size`. The columns stand in `docs/results.md`.
        Without such a design, and where it cannot tell, no rows and the reason.
    """
    rows = [decision for _, decision in decisions if decision.kind == DESIGN_ROW]
    if not rows:
        facts = evidence.facts(
            Role.RACE,
            reasons=[_NO_DESIGN],
            sampler=None,
            estimator="none",
            level=LEVEL,
            random_seed=random_seed,
        )
        return Answer.of(_sobol_columns([]), facts)
    design = _Design.of(evidence, rows)
    rng = np.random.default_rng(random_seed)
    if design.sampler == MorrisSampler.name:
        columns, facts = _effects(evidence, design, rng)
    else:
        columns, facts = _sobol(evidence, design, rng)
    standing = np.unique([number for number in design.numbers if number >= 0])
    facts |= {"sampler": design.sampler, "level": LEVEL, "random_seed": random_seed}
    return Answer.of(columns, evidence.facts(Role.RACE, standing, **facts))


@dataclass(frozen=True, slots=True)
class _Design:
    """The rows of a design as they were recorded.

    Attributes:
        sampler: Who drew it.
        names: The hyperparameters that vary, in the order of the space.
        places: The place of each row.
        numbers: Number by rank of each row's configuration, -1 where it is not known.
    """

    sampler: str
    names: tuple[str, ...]
    places: tuple[Mapping[str, Any], ...]
    numbers: tuple[int, ...]

    @classmethod
    def of(cls, evidence: Evidence, rows: Sequence[Decision]) -> _Design:
        """Gather the rows; every hyperparameter that varies is changed in some of them."""
        number = {config_id: i for i, config_id in enumerate(evidence.ids)}
        changed = {row.detail.get("changed") for row in rows}
        return cls(
            sampler=str(rows[0].detail["by"]),
            names=tuple(name for name in evidence.hyperparameters if name in changed),
            places=tuple(row.detail for row in rows),
            numbers=tuple(number.get(str(row.config_id), -1) for row in rows),
        )


def _sobol(
    evidence: Evidence, design: _Design, rng: np.random.Generator
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Give columns and facts of Sobol' indices."""
    found = sobol_indices(
        PickFreeze.of(design.places, design.numbers, design.names),
        evidence.race,
        paired=evidence.paired,
        rng=rng,
        level=LEVEL,
    )
    facts = {
        "variance": found.variance,
        "seed": found.seed,
        "ceiling": found.ceiling,
        "n_blocks": found.n_blocks,
        "n_left_out": found.n_left_out,
        "estimator": _SOBOL,
        "reasons": _said(found.reasons, [*found.first, *found.total]),
    }
    return _sobol_columns(_terms(found)), facts


def _terms(found: SobolIndices) -> list[tuple[str, Estimate, Estimate]]:
    """Give name, index and total index, largest first; a pair has no total."""
    alone = list(zip(found.names, found.first, found.total, strict=True))
    if not any(each.is_known for _, *figures in alone for each in figures):
        return []
    nothing = Estimate.unknown("A pair has no total index.")
    pairs = [(":".join(pair.names), pair.index, nothing) for pair in found.second]
    alone.sort(key=lambda term: _descending(term[2].value))
    pairs.sort(key=lambda term: _descending(term[1].value))
    return [*alone, *pairs]


def _sobol_columns(terms: Sequence[tuple[str, Estimate, Estimate]]) -> dict[str, Any]:
    return {
        "term": texts(name for name, _, _ in terms),
        **_figures("index", [index for _, index, _ in terms], low="low", high="high"),
        **_figures("total", [total for _, _, total in terms]),
    }


def _effects(
    evidence: Evidence, design: _Design, rng: np.random.Generator
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Give columns and facts of elementary effects."""
    walks = Trajectories.of(design.places, design.numbers, design.names)
    found = elementary_effects(walks, evidence.race, paired=evidence.paired, rng=rng, level=LEVEL)
    known = [each for each in found if not np.isnan(each.mu.value)]
    known.sort(key=lambda each: (_descending(each.size.value), _descending(each.mu_star.value)))
    facts = {
        "n_trajectories": len(walks.before),
        "estimator": _EFFECTS,
        "reasons": _said((), [figure for each in found for figure in (each.mu, each.size)]),
    }
    return _effect_columns(known), facts


def _effect_columns(effects: Sequence[Effect]) -> dict[str, Any]:
    return {
        "term": texts(each.name for each in effects),
        **_figures("size", [each.size for each in effects]),
        **_figures("mu", [each.mu for each in effects]),
        **_figures("sigma", [each.sigma for each in effects]),
        **_figures("mu_star", [each.mu_star for each in effects]),
        "by_seeds": np.array([each.by_seeds for each in effects], dtype=np.float64),
        "n_steps": np.array([each.mu.n for each in effects], dtype=np.int64),
    }


def _figures(
    name: str, estimates: Sequence[Estimate], *, low: str | None = None, high: str | None = None
) -> dict[str, Any]:
    """Give the columns of a figure and its bounds."""
    names = {name: "value", low or f"{name}_low": "low", high or f"{name}_high": "high"}
    return {
        column: np.array([getattr(each, field) for each in estimates], dtype=np.float64)
        for column, field in names.items()
    }


def _descending(value: float) -> float:
    """Turn a figure into a key that sorts the largest first and what is unknown last."""
    return np.inf if np.isnan(value) else -value


def _said(reasons: Sequence[str], estimates: Sequence[Estimate]) -> tuple[str, ...]:
    """Gather reasons, each once."""
    return tuple(dict.fromkeys((*reasons, *(each.reason for each in estimates if each.reason))))
