"""Which hyperparameters to tune, which to leave, and how much is luck, in a few sentences."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sweeps.report.decision import listed
from sweeps.report.figure import percent
from sweeps.report.frames import why
from sweeps.report.share_words import (
    MOST_NAMED,
    at_most,
    in_sentences,
    names_of,
    pair_name,
    range_text,
    share_text,
)
from sweeps.report.shares import Shares

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from sweeps.report.shares import Part

_WORTH_TELLING = 0.005
"""Share of the variance below which a remainder needs no words."""
SEED = "seed"
_A_LOT_JOINT = 0.05
"""Share that one has beyond its own, by what it does with others, from which on that is told."""


def mattering(importance: pd.DataFrame, components: pd.DataFrame | None = None) -> str:
    """Say what to tune, what to leave, and how much is luck.

    Args:
        importance: The frame of `Results.importance` over the whole space.
        components: That of `Results.variance`, which tells luck that changes no ranking apart.

    Returns:
        A few sentences; the reason where there are no shares.

    Example:
        >>> import pandas as pd
        >>> columns = {
        ...     "term": ["lr", "width", "interactions", "lack of fit", "seed"],
        ...     "share": [0.6, 0.01, 0.02, 0.02, 0.35],
        ...     "low": [0.5, 0.0, 0.0, 0.0, 0.25],
        ...     "high": [0.7, 0.02, 0.1, 0.1, 0.45],
        ...     "total": [0.62, 0.02, float("nan"), float("nan"), float("nan")],
        ... }
        >>> print(mattering(pd.DataFrame(columns)))  # doctest: +NORMALIZE_WHITESPACE
        Tune `lr` (60 % of the variance of one run, 50 to 70 %); `width` hardly matters (at most
        2 %). 35 % (25 to 45 %) is luck of the seed, and 4 % the hyperparameters do together or in
        ways that the model does not see.
    """
    if importance.empty:
        return why(importance)
    shares = Shares.of(importance)
    if shares.is_all_luck:
        return _all_luck(shares, _harmless(components))
    of_what = " of the variance of one run"
    return in_sentences(
        [*tuned_said(shares, "Tune {}", of_what), *left_said(shares)],
        [*joint_said(shares), *unclear_said(shares)],
        [_rest(shares, _harmless(components))],
    )


def near_the_top(importance: pd.DataFrame) -> str:
    """Say what decides whether a configuration is among the good ones, and how far.

    Args:
        importance: The frame of `Results.importance` with `top`.

    Returns:
        One sentence; nothing where there are no shares.
    """
    if importance.empty:
        return ""
    shares, best = Shares.of(importance), f"the best {percent(importance.attrs['top'])}"
    if not shares.tuned:
        so_far = f": luck is {percent(shares.luck_share)} of it" if shares.luck else ""
        return f"Which hyperparameters bring a run among {best} cannot be told{so_far}."
    saying = f"What brings a run among {best}, and further up there, is {{}}"
    luck = [f"{percent(shares.luck_share)} is luck"] if shares.luck else []
    return in_sentences([*tuned_said(shares, saying, ""), *luck])


def _all_luck(shares: Shares, harmless: str) -> str:
    return (
        f"Luck is everything, as far as can be told: {_share(_sum(shares.luck))} of the variance "
        f"of one run{harmless}. No hyperparameter can be told to matter."
    )


def _harmless(components: pd.DataFrame | None) -> str:
    """Say how much of the luck shared seeds take out of every comparison."""
    if components is None or f"configuration:{SEED}" not in set(components["source"]):
        return ""
    share = float(components["share"][components["source"] == SEED].sum())
    if not share >= _WORTH_TELLING:
        return ""
    return f" ({share_text(share)} shifts all configurations alike, which changes no ranking)"


def tuned_said(shares: Shares, saying: str, of_what: str) -> Iterator[str]:
    """Name those that matter, with their shares.

    Args:
        shares: The shares.
        saying: What to say of them; `{}` stands for their names.
        of_what: What the first share is one of, with a space before it.
    """
    tuned = shares.tuned
    if shares.is_seen:
        yield _seen(shares)
        return
    if not tuned:
        yield "No hyperparameter can be told to matter"
        return
    named = []
    for i, part in enumerate(tuned[:MOST_NAMED]):
        unit = of_what if i == 0 else ""
        joint = f", {percent(part.total)} with others" if part.joint >= _A_LOT_JOINT else ""
        bounds = range_text(part.low, part.high)
        bounds = f", {bounds}" if bounds else ""
        named.append(f"`{part.name}` ({share_text(part.share)}{unit}{bounds}{joint})")
    if len(tuned) > MOST_NAMED:
        named.append(f"{len(tuned) - MOST_NAMED:,} more")
    yield saying.format(listed(named))


def _seen(shares: Shares) -> str:
    """Say which hyperparameter matters by all signs, where no share can be told from 0."""
    predicted = f"the model predicts {share_text(shares.fit)} of the differences between them"
    first = shares.first
    if first is None:
        said = f"Configurations differ for sure, as {predicted}"
        return f"{said}, but by which hyperparameter cannot be told"
    return (
        f"Tune `{first.name}` first: configurations differ for sure, as {predicted}, above all by "
        f"`{first.name}`; its share of the variance of one run cannot be told "
        f"({range_text(first.low, first.high)})"
    )


def left_said(shares: Shares) -> Iterator[str]:
    """Name those that need no tuning.

    Args:
        shares: The shares.
    """
    left = shares.left
    if left:
        verb, each = ("hardly matter", "each ") if len(left) > 1 else ("hardly matters", "")
        yield f"{names_of(left)} {verb} ({each}{at_most(left)})"


def joint_said(shares: Shares) -> Iterator[str]:
    """Name those that do something together.

    Args:
        shares: The shares.
    """
    pairs, joint = shares.told_pairs[:MOST_NAMED], shares.joint_only
    if pairs:
        yield listed([f"{pair_name(part)} add {percent(part.share)} together" for part in pairs])
    if joint:
        totals = listed([percent(part.total) for part in joint[:MOST_NAMED]])
        yield f"{names_of(joint)} may matter together with others ({totals} in all)"


def unclear_said(shares: Shares) -> Iterator[str]:
    """Name those of which nothing can be said; nothing where that is all of them.

    Args:
        shares: The shares.
    """
    unclear = shares.unclear
    if unclear and len(unclear) < len(shares.mains):
        verb = "matters" if len(unclear) == 1 else "matter"
        yield f"whether {names_of(unclear)} {verb} cannot be told ({at_most(unclear)})"


def _rest(shares: Shares, harmless: str) -> str:
    """Say how much is luck, and how much nobody can be held to account for."""
    told = {part.name for part in shares.told_pairs[:MOST_NAMED]}
    unseen = sum(part.share for part in shares.unseen)
    unseen += sum(part.share for part in shares.pairs if part.name not in told)
    together = "the hyperparameters do together"
    if shares.blurred:
        said = f"{_share(shares.blurred[0])} is luck of the seed or what the model does not see"
        return f"{said}, and {percent(unseen)} {together}" if unseen >= _WORTH_TELLING else said
    if not shares.luck:
        return ""
    luck = f"{_share(_sum(shares.luck))} is luck of the seed{_sources(shares.luck)}"
    said = f"{luck}{harmless}"
    if unseen < _WORTH_TELLING:
        return said
    return f"{said}, and {percent(unseen)} {together} or in ways that the model does not see"


def _sources(luck: Sequence[Part]) -> str:
    """Say which source of randomness the luck is of, where there are several."""
    if len(luck) < 2:
        return ""
    order = sorted(luck, key=lambda part: -part.share)
    named = [f"{pair_name(part)} {share_text(part.share)}" for part in order]
    return f" ({', '.join(named)})"


def _sum(parts: Sequence[Part]) -> Part:
    """Add parts up; the interval is that of a single part, as intervals do not add up."""
    if len(parts) == 1:
        return parts[0]
    return type(parts[0])("", sum(part.share for part in parts), math.nan, math.nan)


def _share(part: Part) -> str:
    bounds = range_text(part.low, part.high)
    return f"{share_text(part.share)}{f' ({bounds})' if bounds else ''}"
