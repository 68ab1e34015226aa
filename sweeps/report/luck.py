"""How much of the scores is luck, in a few sentences."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from sweeps.report.decision import listed
from sweeps.report.figure import percent
from sweeps.report.wording import count, number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

_CONFIGURATION = "configuration"
_PLAIN = frozenset(("seed", ""))
"""What luck is called where the sources of randomness are not told apart."""
_WORTH_TELLING = 0.01
"""Share of the variance below which a source needs no words of its own."""
_NOTHING_TOLD = 0.75
"""Width of the interval of a share from which on it says nothing."""


def luck(components: pd.DataFrame, stability: pd.DataFrame, near_the_top: pd.DataFrame) -> str:
    """Say how much of the scores is luck, and what that does to the choice.

    Args:
        components: Where the variance comes from.
        stability: How often fewer seeds would have chosen another configuration.
        near_the_top: The components among the best configurations.

    Returns:
        Sentences with single spaces between them; empty where nothing is known.
    """
    parts = [*_share(components), *_reliability(components), *_wrong(stability)]
    sentence = "; ".join(parts)
    sentences = [f"{sentence[0].upper()}{sentence[1:]}."] if sentence else []
    return " ".join((*sentences, *_sources(components), *_top(near_the_top)))


def luck_of(components: pd.DataFrame) -> dict[str, float]:
    """Give the share of the variance that each source of luck has, NaN left out.

    What a source does to all configurations and what it does to single ones is added up.

    Args:
        components: The frame of `Results.variance`.
    """
    shares: dict[str, float] = {}
    for source, share in zip(components["source"], components["share"], strict=True):
        name = str(source).removeprefix(_CONFIGURATION).removeprefix(":")
        if name and not math.isnan(share):
            shares[name] = shares.get(name, 0.0) + float(share)
    return shares


def _share(components: pd.DataFrame) -> Iterator[str]:
    """Say which share of the variance is luck, or else how large luck is."""
    shares = luck_of(components)
    run = "one run of a validated configuration" if _is_validated(components) else "one run"
    if shares:
        icc: Any = fact(components, "icc")
        bounds = (1 - icc.high, 1 - icc.low) if icc is not None else (math.nan, math.nan)
        if bounds[1] - bounds[0] > _NOTHING_TOLD:
            yield f"which share of the variance of {run} is luck cannot be told{_range(*bounds)}"
            return
        total = f"{percent(min(sum(shares.values()), 1.0))}{_range(*bounds)}"
        yield f"luck is {total} of the variance of {run}{_harmless(components)}"
        return
    of_luck = components["variance"][components["source"] != _CONFIGURATION].to_numpy()
    if len(of_luck) and not any(map(math.isnan, of_luck)):
        sd = number(math.sqrt(max(sum(of_luck), 0.0)), 2)
        yield f"luck has a standard deviation of {sd} in one run"


def _range(low: float, high: float) -> str:
    """Write the interval of a share inside a sentence; nothing where there is none to tell."""
    if math.isnan(low) or math.isnan(high):
        return ""
    bounds = [percent(min(max(bound, 0.0), 1.0)) for bound in (low, high)]
    return "" if bounds[0] == bounds[1] else f" ({bounds[0]} to {bounds[1]})"


def _harmless(components: pd.DataFrame) -> str:
    """Say how much of it shared seeds take out of every comparison."""
    sources = list(components["source"])
    if f"{_CONFIGURATION}:seed" not in sources:
        return ""
    share = components["share"].iloc[sources.index("seed")]
    return f" ({percent(share)} shifts all configurations alike, which changes no ranking)"


def _reliability(components: pd.DataFrame) -> Iterator[str]:
    """Say how well the means rank the configurations: 1 is perfectly, 0 by chance."""
    reliability: Any = fact(components, "reliability")
    n_seeds = _seeds(components.attrs)
    if reliability is None or math.isnan(reliability.value) or math.isnan(n_seeds):
        return
    is_whole = n_seeds == round(n_seeds)
    seeds = f"{'' if is_whole else 'about '}{count(round(n_seeds), 'seed')}"
    verb = "ranks" if round(n_seeds) == 1 else "rank"
    figures = (reliability.value, reliability.low, reliability.high)
    score, low, high = (f"{max(figure, 0.0):.2f}" for figure in figures)
    if reliability.is_known and low != high:
        score += f" ({low} to {high})"
    which = "these" if _is_validated(components) else "the"
    yield f"{seeds} {verb} {which} configurations with reliability {score}"


def _is_validated(components: pd.DataFrame) -> bool:
    """Say whether the components speak for the validated configurations only."""
    return components.attrs.get("role") == "validation"


def _seeds(attrs: Mapping[Any, Any]) -> float:
    found = attrs.get("mean_seeds")
    return float(found) if found is not None else math.nan


def _wrong(stability: pd.DataFrame) -> Iterator[str]:
    """Say how often the fewest seeds would have chosen another configuration."""
    known = stability[stability["wrong"].notna()]
    if len(known):
        fewest = known.iloc[0]
        seeds = count(int(fewest["n_seeds"]), "seed")
        wrong, clearly = percent(fewest["wrong"]), percent(fewest["clearly_wrong"])
        yield (
            f"with {seeds} another one would have won {wrong} of the time, a clearly worse one "
            f"{clearly}"
        )


def _sources(components: pd.DataFrame) -> Iterator[str]:
    """Say where the luck sits, where a design tells its sources apart."""
    shares = luck_of(components)
    named = {name: share for name, share in shares.items() if name not in _PLAIN}
    if not named:
        return
    order = sorted(named, key=lambda name: -named[name])
    told = [name for name in order if named[name] >= _WORTH_TELLING] or order[:1]
    parts = [f"{percent(named[name])} {_source(name)}" for name in told]
    parts[0] = parts[0].replace("%", "% comes", 1)
    if len(told) < len(order):
        parts.append(f"less than {_WORTH_TELLING:.0%} from anything else".replace("%", " %"))
    yield f"Of the variance, {listed(parts)}."


def _source(name: str) -> str:
    """Name a source of luck; several together are what only their combination does."""
    sources = name.split(":")
    if len(sources) == 1:
        return f"from `{name}`"
    both = listed([f"`{source}`" for source in sources])
    return f"from {both} together (noise included)"


def _top(near_the_top: pd.DataFrame) -> Iterator[str]:
    """Say how much luck there is among the best, where anything is known of that."""
    icc: Any = fact(near_the_top, "icc")
    if icc is None or math.isnan(icc.value):
        return
    best, bounds = count(icc.n, "configuration"), (1 - icc.high, 1 - icc.low)
    if bounds[1] - bounds[0] > _NOTHING_TOLD:
        yield f"Among the best {best} the share of luck cannot be told{_range(*bounds)}."
        return
    share = min(max(1 - icc.value, 0.0), 1.0)
    yield f"Among the best {best} luck is {percent(share)}{_range(*bounds)}."


def fact(frame: pd.DataFrame, name: str) -> object:
    """Give a fact that a frame says about itself, None where it does not."""
    return getattr(frame, name, frame.attrs.get(name))
