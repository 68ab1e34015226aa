"""Every error that `sweeps` raises on purpose, in one tree under `SweepError`.

A message states the rule, what came, where, and what to do. Every class passes its
constructor's arguments to `super().__init__`, so that it survives pickling between
processes. Nothing in this file imports anything else of the package.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class SweepError(Exception):
    """Root of the tree: a user error with a message that says what to do."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in a definition.

    Attributes:
        where: Dotted place in the definition, such as `space.lr.float`.
        rule: The rule that was broken, a clause without a final period.
        got: What came instead, as `repr` would show it; empty where nothing came.
        remedy: What to do, a sentence with its period.
        line: Line in the file, counted from 1, where there is a file.
    """

    where: str
    rule: str
    got: str
    remedy: str
    line: int | None = None

    def __str__(self) -> str:
        """Give the problem in one line, place first."""
        place = f"line {self.line}, {self.where}" if self.line else self.where
        got = f", got {self.got}" if self.got else ""
        return f"{place}: {self.rule}{got}. {self.remedy}"


class SpecError(SweepError, ValueError):
    """A sweep definition breaks one or more rules; all of them are listed."""

    def __init__(self, problems: Iterable[Problem], source: str = "the sweep definition") -> None:
        self.problems = tuple(problems)
        self.source = source
        super().__init__(self.problems, source)

    def __str__(self) -> str:
        """Give a headline and one line a problem."""
        n = len(self.problems)
        headline = f"{n} problem{'s' if n != 1 else ''} in {self.source}:"
        return "\n".join([headline, *(f"  - {problem}" for problem in self.problems)])


class SpaceError(SpecError):
    """A search space, or a configuration given for it, breaks one or more rules."""

    def __init__(self, problems: Iterable[Problem], source: str = "the search space") -> None:
        super().__init__(problems, source)


class ObjectiveError(SweepError, ValueError):
    """An objective cannot be loaded or does not have the form that a sweep needs."""


class UnknownObjectiveError(ObjectiveError, LookupError):
    """No objective of that name; the message names the nearest known one."""


class MetricError(SweepError, ValueError):
    """The first report of a sweep lacks the metric, or carries something that is none."""


class StoreError(SweepError, OSError):
    """The store cannot be opened, read or written."""

    def __str__(self) -> str:
        """Give the message alone (`OSError` would print its arguments as a tuple)."""
        return str(self.args[0]) if self.args else ""


class StoreMissingError(StoreError):
    """There is no store at that place."""


class StoreFullError(StoreError):
    """The disk under the store is full; what was stored is intact."""


class StoreVersionError(StoreError):
    """The store was written by a newer version of `sweeps`."""


class StoreUnreachableError(StoreError):
    """The server of the store does not answer; what waits can be written once it does."""


class LeaseError(SweepError, RuntimeError):
    """Another driver holds the sweep, or took it over.

    Attributes:
        heartbeat: When its holder last wrote, seconds since the epoch, where nothing else tells
            whether it lives; None where that is known.
    """

    def __init__(self, message: str, heartbeat: float | None = None) -> None:
        super().__init__(message, heartbeat)
        self.heartbeat = heartbeat

    def __str__(self) -> str:
        """Give the message alone."""
        return str(self.args[0])


class UnknownSweepError(SweepError, LookupError):
    """The store has no sweep of that name."""


class UnknownConfigError(SweepError, LookupError):
    """The sweep has no configuration whose identifier starts like that."""


class IdentityError(SweepError, ValueError):
    """The name is taken by a sweep with another identity; the message shows the difference."""


class CodeChangedError(SweepError, RuntimeError):
    """The objective's code or data changed since the sweep was started."""


class ResourceError(SweepError, ValueError):
    """The machine or cluster does not have what one run asks for."""


class ExecutionError(SweepError, RuntimeError):
    """Ray Tune ended the sweep for a reason that is no run's fault; what was stored is intact."""


class ClusterError(SweepError, RuntimeError):
    """A Ray cluster cannot be reached, refuses, or does not fit what is asked of it."""


class PluginError(SweepError, RuntimeError):
    """A searcher or scheduler of the user's own raised, or cannot do what a sweep asks of it."""


class ResultsError(SweepError, ValueError):
    """A frame or a question that the results cannot answer, with the reason."""


def nearest(word: str, known: Iterable[str]) -> str:
    """Say which known words there are and which of them is nearest to `word`.

    Example:
        >>> nearest("kernl", ["kernel", "C"])
        'Did you mean `kernel`? Known: `C`, `kernel`.'
        >>> nearest("zzz", ["a"])
        'Known: `a`.'
    """
    names = sorted(set(known))
    listed = "Known: " + (", ".join(f"`{name}`" for name in names) or "none") + "."
    close = difflib.get_close_matches(word, names, n=1, cutoff=0.5)
    return f"Did you mean `{close[0]}`? {listed}" if close else listed
