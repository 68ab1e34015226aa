"""The result in plain words: who leads, what cannot be told apart, and what casts doubt on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sweeps.report.figure import spoken
from sweeps.report.quote import number_to_quote
from sweeps.report.wording import count, number, short_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sweeps.results import Results, Winner


def headline(results: Results, *, best: Winner | None = None) -> str:
    """Say in a few sentences what a sweep found.

    Args:
        results: A finished sweep, or one that is still running.
        best: Its winner, where it is known already.

    Returns:
        Sentences with single spaces between them, the leader first.

    Example:
        >>> import pandas as pd
        >>> from sweeps.results import from_frame
        >>> table = pd.DataFrame({"C": [1, 1, 2, 2], "seed": [0, 1] * 2, "acc": [1, 2, 8, 9]})
        >>> print(headline(from_frame(table, metric="acc", mode="max", hyperparameters=["C"])))
        Configuration cf199055 leads with a mean acc of 8.5 ± 6.4 over 2 seeds (95 % t interval)...
    """
    return " ".join(_sentences(results, best))


def _sentences(results: Results, best: Winner | None) -> Iterator[str]:
    table = results.configs
    if table.empty or not table["n_seeds"].iloc[0]:
        yield f"No run of `{results.name}` has finished."
    else:
        yield from _leader(results, best or results.best())
    yield from progress_of(results)
    if results.ignores_seed:
        yield (
            "Every configuration has exactly the same score under all of its seeds: the "
            "objective ignores its seed. Pass `seed` to whatever is random in it, or use one seed."
        )
    yield from _losses(results)


def _leader(results: Results, best: Winner) -> Iterator[str]:
    naive, n_seeds = best.naive, best.naive.n
    what = " the race" if results.rungs else ""
    name = f"Configuration {short_id(best.config_id)} leads{what} with"
    is_quiet = bool(results.rungs) and results.is_quiet is True
    if is_quiet:
        yield (
            f"{name} {results.metric} {number(naive.value)}; the seed changes no comparison, so "
            "the race compared all by one seed."
        )
    elif n_seeds == 1:
        yield (
            f"{name} {results.metric} {number(naive.value)} under one seed: the order may be luck, "
            "since one seed says nothing of the spread."
        )
    else:
        yield (
            f"{name} a mean {results.metric} of {spoken(naive)} over {count(n_seeds, 'seed')} "
            "(95 % t interval)."
        )
    if best.validated.n or not is_quiet:
        yield from number_to_quote(results, best)
    if is_quiet or n_seeds > 1 or best.validated.n:
        yield from _ties(results, best)


def _ties(results: Results, best: Winner) -> Iterator[str]:
    """Say how many might as well lead: of all, or of those that a race did not drop."""
    table = results.configs.iloc[1:]
    if results.rungs:
        rung = results.configs["rung"].iloc[0]
        is_compared = table["rung"] > 0 if results.is_quiet else table["rung"] == rung
        table = table[is_compared | (table["n_validated"] > 1)]
    n_others, n_tied = len(table), len(best.tied)
    whom = f" {'contender' if results.rungs else 'configuration'}"
    if n_others == 1:
        yield f"The other{whom} {'cannot' if n_tied else 'can'} be told apart from it."
    elif n_others and not n_tied:
        yield f"Each of the other {n_others:,}{whom}s can be told apart from it."
    elif n_others and n_tied == n_others:
        yield f"None of the other {n_others:,}{whom}s can be told apart from it."
    elif n_others:
        yield f"{n_tied:,} of the other {n_others:,}{whom}s cannot be told apart from it."


def progress_of(results: Results) -> Iterator[str]:
    """Say that a sweep is not done, and how far it is where that can be known."""
    runs = results.runs
    if results.n_planned is None:
        if results.status not in (None, "finished"):
            yield f"The sweep is not done: {count(len(runs), 'run')} are over."
        return
    n_over = int((runs["role"] == "race").sum())
    if n_over < results.n_planned:
        yield f"The sweep is not done: {n_over:,} of {count(results.n_planned, 'run')} are over."


def _losses(results: Results) -> Iterator[str]:
    """Count the runs that have no score: stopped on purpose, or failed."""
    table, runs = results.configs, results.runs
    n_stopped = int((runs["status"] == "stopped").sum())
    if n_stopped:
        verb = "was" if n_stopped == 1 else "were"
        yield f"{count(n_stopped, 'run')} {verb} stopped early, which no mean counts."
    n_failed = int(table["n_failed"].sum())
    if n_failed:
        n_configs = int((table["n_failed"] > 0).sum())
        without = "of their rung without" if results.rungs else "without"
        yield (
            f"{count(n_failed, 'run')} of {count(n_configs, 'configuration')} failed; "
            f"configurations with failures rank below those {without}."
        )
    n_failed = len(results.failures()) - n_failed
    if n_failed:
        yield f"{count(n_failed, 'validation run')} failed, which no mean counts."
