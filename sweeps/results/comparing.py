"""Comparing configurations: two with each other, and all with the leader."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from sweeps.analysis.comparing.comparison import Comparison, compare
from sweeps.analysis.comparing.multiple import best_set, missing_reasons
from sweeps.analysis.interval import LEVEL
from sweeps.errors import ResultsError
from sweeps.planner.event import Role
from sweeps.results.answer import Answer, texts
from sweeps.results.evidence import FEWEST, Evidence
from sweeps.results.naming import number_of

if TYPE_CHECKING:
    from sweeps.analysis.array import Booleans, Floats, Integers
    from sweeps.analysis.comparing.multiple import BestSet

_DROPPED = (
    "The race dropped it on fewer seeds than the leader has, so the two are not compared; validate "
    "it to compare them."
)
_PICKED = (
    "One of the two was picked as the best by these very scores; comparing all with the best "
    "corrects for how many it was picked from."
)
_FEW = "An interval takes at least 2 scores of both configurations; run more seeds."
_FEW_LEVELS = (
    "An interval takes scores of both configurations under the same seeds, of at least 2 levels of "
    "each source; run more seeds."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigComparison(Comparison):
    """Two configurations of a sweep, compared. `difference` is that of `a` minus `b`.

    Attributes:
        config_a: Identifier of the first.
        config_b: Identifier of the second.
        role: `race` or `validation`: whose seeds were used.
    """

    config_a: str
    config_b: str
    role: str


def compare_two(
    evidence: Evidence,
    a: str | int,
    b: str | int,
    *,
    role: str | None,
    random_seed: int,
) -> ConfigComparison:
    """Compare two configurations over the seeds that both were run on.

    Args:
        evidence: The runs.
        a: The first: identifier, its beginning, rank, or `best`.
        b: The second.
        role: Whose seeds to use; by default fresh ones where both have 2, else the race's.
        random_seed: Where the randomness of what is drawn starts.

    Raises:
        UnknownConfigError: One of them is not there.
        ResultsError: Both are the same one, or the role is unknown.
    """
    first, second = number_of(a, evidence.ids), number_of(b, evidence.ids)
    if first == second:
        message = f"Two configurations must differ, got {evidence.ids[first]} twice. Pass another."
        raise ResultsError(message)
    chosen = _role(evidence, first, second, role)
    ours, theirs, seeds = _aligned(evidence, first, second, chosen)
    shared = evidence.shared_by(chosen)
    found = compare(
        ours,
        theirs,
        paired=seeds is not None,
        mode=evidence.mode,
        rng=np.random.default_rng(random_seed),
        level=LEVEL,
        shared=None if shared is None or seeds is None else shared.among(seeds),
    )
    values = {field.name: getattr(found, field.name) for field in fields(found)}
    if chosen == Role.RACE and 0 in (first, second) and evidence.n > 2:
        values["reasons"] = (*found.reasons, _PICKED)
    return ConfigComparison(
        **values,
        config_a=evidence.ids[first],
        config_b=evidence.ids[second],
        role=str(chosen),
    )


def _role(evidence: Evidence, first: int, second: int, role: str | None) -> Role:
    if role is None:
        n = np.bincount(evidence.fresh.groups, minlength=evidence.n)
        is_validated = min(n[first], n[second]) >= FEWEST
        return Role.VALIDATION if is_validated else Role.RACE
    if role not in tuple(Role):
        message = f"`role` must be `race` or `validation`, got {role!r}. Leave it out to choose."
        raise ResultsError(message)
    return Role(role)


def _aligned(
    evidence: Evidence, first: int, second: int, role: Role
) -> tuple[Floats, Floats, Integers | None]:
    """Give the scores of two configurations, by seed where they share at least 2 of them."""
    seeds_a, ours = evidence.by_seed(first, role)
    seeds_b, theirs = evidence.by_seed(second, role)
    seeds, at_a, at_b = np.intersect1d(seeds_a, seeds_b, assume_unique=True, return_indices=True)
    if evidence.paired and np.isfinite(ours[at_a] - theirs[at_b]).sum() >= FEWEST:
        return ours[at_a], theirs[at_b], seeds
    return np.sort(ours), np.sort(theirs), None


def compare_all(evidence: Evidence, *, pooled: bool) -> Answer:
    """Compare every configuration with the leader, corrected for how many there are.

    Args:
        evidence: The runs.
        pooled: Whether to take one residual variance for all.

    Returns:
        A row a configuration, best first, with the columns of `docs/results.md`.
    """
    evidence.require_a_leader()
    n_race, n_fresh = (
        np.bincount(evidence.scores(role).groups, minlength=evidence.n) for role in Role
    )
    is_fresh = (n_fresh >= FEWEST) & (n_fresh[0] >= FEWEST)
    is_rival = ~_is_dropped(evidence)
    race = _best_set(evidence, Role.RACE, is_rival, pooled=pooled)
    fresh = _best_set(evidence, Role.VALIDATION, is_fresh, pooled=pooled)
    is_compared = is_rival | is_fresh
    n = np.where(is_fresh, n_fresh, n_race)
    rows = np.arange(evidence.n)

    def pick(name: str) -> Floats:
        values = np.where(is_fresh, getattr(fresh, name), getattr(race, name))
        return np.where(is_compared, values, np.nan)

    found = {name: pick(name) for name in ("difference", "low", "high", "p_value", "p_adjusted")}
    columns = {
        "config_id": evidence.id_column(rows),
        "rank": rows + 1,
        "role": texts(np.where(is_fresh, Role.VALIDATION.value, Role.RACE.value).tolist()),
        "n": n,
        **found,
        "tied": np.where(is_fresh, fresh.is_tied, race.is_tied) if pooled else evidence.tied,
        "reason": texts(
            _reasons(
                ~is_compared,
                np.isnan(found["low"]),
                _FEW_LEVELS if evidence.shared and not is_fresh.any() else _FEW,
            )
        ),
    }
    facts = evidence.facts(
        Role.RACE,
        allows_for_levels=True,
        level=LEVEL,
        estimator=race.method,
        n_compared=fresh.n_compared if is_fresh.any() else race.n_compared,
        n_tied=int(np.sum(columns["tied"])) - 1,
        reasons=(
            *_notes(race, fresh, is_fresh),
            *_missing(evidence, found["difference"], found["low"], n, is_compared),
        ),
    )
    return Answer.of(evidence.with_hyperparameters(columns, rows), facts)


def _notes(race: BestSet, fresh: BestSet, is_fresh: Booleans) -> tuple[str, ...]:
    """Say why seeds that were used have no common variance; the leader's own are of one kind."""
    notes = (fresh.note if is_fresh.any() else "", "" if is_fresh.all() else race.note)
    return tuple(dict.fromkeys(note for note in notes if note))


def _missing(
    evidence: Evidence, difference: Floats, low: Floats, n: Integers, is_compared: Booleans
) -> tuple[str, ...]:
    """Say what the comparisons shown lack, and nothing of those that were not made."""
    shown = (difference[is_compared], low[is_compared], n[is_compared])
    return missing_reasons(*shown, mode=evidence.mode)


def _best_set(evidence: Evidence, role: Role, chosen: Booleans, *, pooled: bool) -> BestSet:
    """Compare the chosen ones; the others have no runs, so the correction does not count them."""
    return best_set(
        0,
        evidence.scores(role).among(chosen),
        paired=evidence.paired,
        mode=evidence.mode,
        level=LEVEL,
        pooled=pooled,
        shared=evidence.shared_by(role),
    )


def _is_dropped(evidence: Evidence) -> Booleans:
    """Say which configurations a race left behind on fewer seeds than its leader has."""
    rung = evidence.board["rung"]
    return np.asarray((rung != rung.iloc[0]).fillna(value=False).to_numpy(dtype=bool))


def _reasons(is_dropped: Booleans, is_unknown: Booleans, few: str) -> list[str | None]:
    return [
        _DROPPED if dropped else few if unknown else None
        for dropped, unknown in zip(is_dropped.tolist(), is_unknown.tolist(), strict=True)
    ]
