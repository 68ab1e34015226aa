"""Define: the whole request as one frozen, checked record.

A `Sweep` that exists is legal: whatever is wrong was reported on its creation, all at once. It
starts nothing and writes nothing.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sweeps.spec.check import check
from sweeps.spec.heading import TOP_LEVEL
from sweeps.spec.identity import identity_of
from sweeps.spec.secret import shown, without_password

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from sweeps.objective import Objective
    from sweeps.space import Space
    from sweeps.spec.budget import Budget
    from sweeps.spec.checkpoint import CheckpointPlan
    from sweeps.spec.execution import Failures, Resources
    from sweeps.spec.heading import Mode
    from sweeps.spec.search import Search
    from sweeps.spec.seed_plan import SeedPlan
    from sweeps.spec.stopping import StoppingPlan


@dataclass(frozen=True, slots=True, init=False, repr=False, eq=False)
class Sweep:
    """A sweep definition: an objective, the space, which configurations, which seeds.

    Nothing in it can be changed; `dataclasses.replace` gives a changed copy. Two sweeps are equal
    when everything but a password in `store` is. Hashable and picklable where the objective is.

    Attributes:
        name: Name in the store.
        objective: What is trained.
        metric: The metric to optimise.
        mode: `max` or `min`.
        master_seed: The number that all randomness of the sweep follows from.
        space: The search space, with its forbidden clauses.
        search: Which configurations are tried.
        seeds: Which seeds each configuration is trained under.
        stopping: Which runs end before their last step.
        budget: What the whole sweep may spend.
        resources: What one run occupies.
        failures: Retries and time limit.
        checkpoint: Whether, where and how often runs of a class objective save themselves.
        isolate: Whether each batch of runs gets a process of its own.
        store: URL of the store, as given; None for the default one.
        tags: Words to find the sweep by.
    """

    name: str
    objective: Objective
    metric: str
    mode: Mode
    master_seed: int
    space: Space
    search: Search
    seeds: SeedPlan
    stopping: StoppingPlan
    budget: Budget
    resources: Resources
    failures: Failures
    checkpoint: CheckpointPlan
    isolate: bool
    store: str | None
    tags: tuple[str, ...]

    def __init__(  # noqa: PLR0913 - the keys of a definition, all named
        self,
        *,
        name: str,
        objective: str | Callable[..., Any] | Objective,
        search: Search | Mapping[str, object],
        seeds: SeedPlan | Mapping[str, object] | Sequence[int] | int,
        metric: str | None = None,
        mode: Mode | None = None,
        master_seed: int = 0,
        space: Space | Mapping[str, object] | None = None,
        forbid: Sequence[Mapping[str, object]] | None = None,
        stopping: StoppingPlan | Mapping[str, object] | None = None,
        budget: Budget | Mapping[str, object] | None = None,
        resources: Resources | Mapping[str, object] | None = None,
        failures: Failures | Mapping[str, object] | None = None,
        checkpoint: CheckpointPlan | Mapping[str, object] | None = None,
        isolate: bool = False,
        store: str | None = None,
        tags: Sequence[str] = (),
        base: Path | None = None,
    ) -> None:
        """Check everything and make the record.

        Args:
            name: Letters, digits, `.`, `_` and `-`, at most 100 characters.
            objective: A callable, `package.module`, `path/file.py:name`, or a loaded objective.
            search: For example `{"sampler": "random", "configs": 40}`.
            seeds: How many, or the seeds' own numbers, or a mapping of the plan's keys, such as
                `{"race": 27, "validate": 20}`.
            metric: Default: the objective's METRIC.
            mode: `max` or `min`; default: the objective's MODE, where `metric` is its METRIC.
            master_seed: At least 0, below 2**63.
            space: Default: the objective's SPACE.
            forbid: Clauses that no configuration may meet; default: the objective's FORBID, where
                its SPACE is used.
            stopping: For example `{"rule": "asha", "max_steps": 100}`; default: no rule.
            budget: For example `{"runs": 2000, "hours": 2}`; default: no limit.
            resources: For example `{"cpu": 2, "memory_gib": 4}`.
            failures: For example `{"retries": 0, "timeout_s": 600}`.
            checkpoint: For example `{"path": "s3://bucket/folder", "every_s": 60}`.
            isolate: Whether each batch of runs gets a process of its own.
            store: URL of the store.
            tags: Words to find the sweep by.
            base: Folder that relative paths start from; default: the current one.

        Raises:
            SpecError: With every problem, not only the first.

        Example:
            >>> def train(config, seed):
            ...     return {"loss": config["x"] ** 2 + seed.rng("init").normal()}
            >>> sweep = Sweep(
            ...     name="parabola",
            ...     objective=train,
            ...     metric="loss",
            ...     mode="min",
            ...     space={"x": {"float": [-1, 1]}},
            ...     search={"sampler": "random", "configs": 40},
            ...     seeds=30,
            ... )
            >>> sweep.seeds.n
            30
        """
        arguments = dict(locals())
        self._fill(check({key: arguments[key] for key in TOP_LEVEL}, base))

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, object], *, base: Path | None = None) -> Sweep:
        """Make a sweep from a definition as plain data, such as `document` gives.

        Args:
            mapping: Values by key, with the keys of the YAML form.
            base: Folder that relative paths start from; default: the current one.

        Raises:
            SpecError: With every problem; unknown keys come with the nearest known one.
        """
        sweep = object.__new__(cls)
        sweep._fill(check(mapping, base))
        return sweep

    def _fill(self, parts: Mapping[str, Any]) -> None:
        for field in dataclasses.fields(self):
            object.__setattr__(self, field.name, parts[field.name])

    @property
    def saves_runs(self) -> bool:
        """Whether runs save themselves: their objective can, and the definition lets them."""
        return self.checkpoint.save and self.objective.can_be_saved

    def document(self) -> dict[str, object]:
        """Give the definition as plain JSON-able data, with all defaults filled in.

        `from_mapping` reads it back to an equal sweep, where the objective's reference can be
        loaded. A password in `store` is left out.
        """
        return {
            "name": self.name,
            "objective": self.objective.reference,
            "metric": self.metric,
            "mode": self.mode,
            "master_seed": self.master_seed,
            **self.space.document(),
            "search": self.search.document(),
            "seeds": self.seeds.document(),
            "stopping": self.stopping.document(),
            "budget": self.budget.document(),
            "resources": self.resources.document(),
            "failures": self.failures.document(),
            "checkpoint": self.checkpoint.document(),
            "isolate": self.isolate,
            "store": self.store and without_password(self.store),
            "tags": list(self.tags),
        }

    def identity(self) -> dict[str, object]:
        """Give what makes it this sweep and no other, by dotted key, as plain data.

        Neither the objective's code nor what may grow (numbers of configurations and of seeds,
        the budget) nor what is free (store, resources, failures, checkpoint, tags) is part of it.
        Where two identities differ,
        `identity_difference` tells growth from another sweep.
        """
        return identity_of(self.document())

    @property
    def identity_hash(self) -> str:
        """sha256 of the identity, hexadecimal."""
        text = json.dumps(self.identity(), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def __eq__(self, other: object) -> bool:
        """Compare everything but passwords."""
        if not isinstance(other, Sweep):
            return NotImplemented
        return self._values() == other._values()

    def __hash__(self) -> int:
        return hash(self._values())

    def __repr__(self) -> str:
        parts = (f"{key}={shown(value)}" for key, value in self.document().items())
        return f"Sweep({', '.join(parts)})"

    def _values(self) -> tuple[object, ...]:
        values = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        return (*(values | {"store": self.store and without_password(self.store)}).values(),)
