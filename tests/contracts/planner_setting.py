"""Sweeps to play: small ones of every kind, drawn at random."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from sweeps.planner.budget import Budget
from sweeps.planner.plan import Plan, Validation
from sweeps.planner.samplers import ListedSampler, RandomSampler, TpeSampler
from sweeps.planner.stopping import AshaRule, MedianRule, ThresholdRule
from sweeps.seeds import rungs
from tests.contracts.planner_play import METRIC, Accidents, PairRule, Shell, Task
from tests.contracts.sampler_setting import PLAIN

if TYPE_CHECKING:
    from sweeps.planner.samplers import Sampler
    from sweeps.planner.stopping import Stopping

MIDDLE = {"x": 0.5, "y": 0.5}
N_STEPS = 9
NO_BUDGET, TASK, FEW = Budget(), Task(), Accidents()


@dataclass(frozen=True)
class Setting:
    """A sweep to play; each session makes a new plan of it, as the engine does."""

    race: int | None = 9
    n_seeds: int = 3
    reduction: int = 3
    n_configs: int | None = 20
    sampler: str = "random"
    entries: tuple[dict[str, Any], ...] = ()
    rule: str = "none"
    mode: str = "max"
    budget: Budget = NO_BUDGET
    validate: int = 2
    contenders: int = 2
    n_pilot: int = 0
    has_defaults: bool = False
    retries: int = 1
    master_seed: int = 1
    space_size: int | None = None
    task: Task = TASK

    @property
    def plan(self) -> Plan:
        """Make a plan with a sampler and a rule that know nothing yet."""
        seeds = self.n_seeds if self.race is None else self.race
        defaults = MIDDLE if self.has_defaults else None
        return Plan(
            sampler=self._sampler(),
            n_configs=self.n_configs,
            seeds=range(seeds),
            metric=METRIC,
            mode=self.mode,
            first=defaults,
            defaults=defaults if self.validate else None,
            space_size=self.space_size,
            retries=self.retries,
            timeout_s=1000.0,
            rungs=() if self.race is None else rungs(self.race, self.reduction),
            reduction=self.reduction,
            pilot=RandomSampler(PLAIN, self.master_seed) if self.n_pilot else None,
            n_pilot=self.n_pilot,
            validation=Validation(self.validate, self.contenders),
            budget=self.budget,
            stopping=self._rule(),
        )

    def shell(self, *, slots: int = 1, luck: int = 0, stored=(), accidents=FEW) -> Shell:
        """Begin a session."""
        return Shell(
            self.plan, self.task, slots=slots, luck=luck, stored=stored, accidents=accidents
        )

    def played(self, *, slots: int = 1, luck: int = 0, stored=()) -> Shell:
        """Play a session to its end."""
        shell = self.shell(slots=slots, luck=luck, stored=stored)
        shell.play()
        return shell

    def but(self, **changes: Any) -> Setting:
        """Give the same sweep with changes, such as a larger budget."""
        return replace(self, **changes)

    def _sampler(self) -> Sampler:
        match self.sampler:
            case "tpe":
                return TpeSampler(PLAIN, self.master_seed, n_startup=4, n_candidates=8)
            case "listed":
                return ListedSampler("listed", self.entries)
        return RandomSampler(PLAIN, self.master_seed)

    def _rule(self) -> Stopping | None:
        match self.rule:
            case "asha":
                return AshaRule(mode=self.mode, max_steps=N_STEPS, grace=1, reduction=3)
            case "median":
                return MedianRule(mode=self.mode, max_steps=N_STEPS)
            case "threshold":
                return ThresholdRule(below=-0.5, grace=2, every=2, max_steps=N_STEPS)
            case "pair":
                return PairRule(self.mode)
        return None


STOPPING = ("none", "none", "asha", "threshold", "median", "pair")
BUDGETS = st.builds(
    Budget,
    runs=st.sampled_from([None, None, 0, 1, 5, 40, 90]),
    steps=st.sampled_from([None, None, 30, 300]),
    hours=st.sampled_from([None, None, 0.01, 0.2]),
)
ACCIDENTS = st.builds(
    Accidents,
    lost=st.sampled_from([0.0, 0.02, 0.2]),
    closed=st.sampled_from([0.0, 0.05, 0.3]),
    slow=st.sampled_from([0.0, 0.5, 0.9]),
)


@st.composite
def sweeps_to_play(draw, *, rules=STOPPING, budgets=BUDGETS, samplers=("random", "tpe")):
    """Draw a sweep of any kind; one without an end gets one."""
    rule = draw(st.sampled_from(rules))
    race = draw(st.sampled_from([None, 2, 3, 9, 9, 10]))
    budget = draw(budgets)
    n_configs = draw(st.sampled_from([None, 1, 4, 12, 25]))
    task = Task(
        noise=draw(st.sampled_from([0.0, 0.1, 0.5, 2.0])),
        n_steps=1 if rule == "none" else N_STEPS,
        fault_share=draw(st.sampled_from([0.0, 0.1, 0.5, 1.0])),
    )
    return Setting(
        race=race,
        n_seeds=draw(st.sampled_from([1, 3, 5])),
        reduction=draw(st.sampled_from([2, 3])),
        n_configs=20 if n_configs is None and budget.runs is None else n_configs,
        sampler=draw(st.sampled_from(samplers)),
        rule=rule,
        mode=draw(st.sampled_from(["max", "min"])),
        budget=budget,
        validate=draw(st.sampled_from([0, 2, 3])),
        n_pilot=draw(st.sampled_from([0, 0, 3])) if race else 0,
        has_defaults=draw(st.booleans()),
        retries=draw(st.integers(0, 2)),
        master_seed=draw(st.integers(0, 1000)),
        task=task,
    )
