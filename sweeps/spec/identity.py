"""Define: what makes a sweep itself, and what is growth.

Works on plain documents, so that a stored sweep can be judged without its objective.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from sweeps.errors import SpaceError
from sweeps.seeds import rungs
from sweeps.space import Space
from sweeps.spec.flow import flow
from sweeps.spec.key import place
from sweeps.spec.search import DESIGNS
from sweeps.spec.stopping import NO_RULE

if TYPE_CHECKING:
    from sweeps.spec.record import Sweep

# Draws in a wider space go well with those of the narrower one, a model learns from both, and a
# list may need the room; the points of sobol and grid move.
_MAY_WIDEN = ("random", "listed", "tpe", "cmaes", "gp")
_NO_ORDER = ("random", "listed")
# These are there or not because `allocation` or `search.sampler` differs, and that is said.
_SAID_ALREADY = ("seeds.race", "seeds.reduction", "search.configs")
_OPTIONAL = ("search.options", "stopping")
ORDER = "order of the hyperparameters"
SOURCES, DESIGN, LEVELS = "seeds.sources", "seeds.design", "seeds.levels"


def identity_of(document: Mapping[str, Any]) -> dict[str, object]:
    """Give the identity of a definition, by dotted key.

    Args:
        document: As `Sweep.document` gives it.
    """
    search, seeds = document["search"], document["seeds"]
    # the k-th point of these samplers depends on it, and plain data may lose the order of keys
    order = None if search["sampler"] in _NO_ORDER else list(document["space"])
    racing = seeds.get("race") is not None
    identity = {
        "objective": document["objective"],
        "metric": document["metric"],
        "mode": document["mode"],
        "master_seed": document["master_seed"],
        "space": document["space"],
        "forbid": document["forbid"],
        ORDER: order,
        "search.sampler": search["sampler"],
        "search.defaults_first": search["defaults_first"],
        "seeds.values": seeds.get("values"),
        "seeds.paired": seeds["paired"],
        SOURCES: seeds["sources"] and _ordered(seeds),
        "allocation": "race" if racing else "fixed",
    }
    later = {
        "search.options": _options(search),
        # the points of this sampler depend on how many there are
        "search.configs": search["configs"] if search["sampler"] == "latin_hypercube" else None,
        "seeds.race": seeds.get("race"),
        "seeds.reduction": seeds.get("reduction") if racing else None,
        DESIGN: seeds.get("design"),
        # a seed's levels follow from these numbers; the first one may grow, and so may the seeds
        LEVELS: _levels(seeds) if seeds.get("design") else None,
        "stopping": _stopping(document.get("stopping") or {}),
    }
    # left out where they say nothing, so that definitions stored before these keys keep their hash
    return identity | {key: value for key, value in later.items() if value is not None}


def _options(search: Mapping[str, Any]) -> dict[str, object] | None:
    """Give the sampler's options; a design with a larger `n` has the rows of a smaller one."""
    options: dict[str, object] | None = search.get("options")
    if not options or search["sampler"] not in DESIGNS:
        return options
    return {key: value for key, value in options.items() if key != "n"} or None


def _ordered(seeds: Mapping[str, Any]) -> list[str]:
    """Give the sources that vary; their order only matters in a design."""
    return list(seeds["sources"]) if seeds.get("design") else sorted(seeds["sources"])


def _levels(seeds: Mapping[str, Any]) -> dict[str, int]:
    """Give the numbers of levels of all sources but the first, which changes slowest."""
    first, *_ = counts = dict(seeds["sources"])
    return {name: n for name, n in counts.items() if name != first}


def _stopping(section: Mapping[str, Any]) -> dict[str, object] | None:
    """Give the numbers of a rule, None where nothing is stopped."""
    if section.get("rule", NO_RULE) == NO_RULE and section.get("max_steps") is None:
        return None
    return {key: value for key, value in section.items() if value is not None}


def identity_difference(stored: Mapping[str, Any], new: Sweep) -> list[str]:
    """Say in which ways a definition is another sweep than the stored one.

    Growth is no difference: other numbers of configurations or seeds, more listed seeds behind
    those stored, more levels of the first source of a design, a race with more rungs behind those
    stored, and for samplers that draw, learn or are given a list a space that contains the stored
    one.

    Args:
        stored: What `Sweep.identity` gave when the sweep was started.
        new: The definition now.

    Returns:
        A sentence for each difference, such as "`master_seed` was 0, is now 1."; empty where it
        is the same sweep or growth.
    """
    now = new.identity()
    return [
        sentence
        for key in dict.fromkeys([*stored, *now])
        for sentence in _differences(key, stored, now)
    ]


def _differences(key: str, stored: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    was, is_now = stored.get(key), now.get(key)
    if was == is_now or _is_growth(key, stored, now):
        return
    if key in _SAID_ALREADY and (was is None or is_now is None):
        return
    if key == SOURCES and stored.get(DESIGN) != now.get(DESIGN) and _same(was, is_now):
        return  # another design is said, and the order counts in a design alone
    if key == LEVELS:
        yield from _renumbered(stored, now)
        return
    if key in _OPTIONAL:
        was, is_now = was or {}, is_now or {}
    if isinstance(was, Mapping) and isinstance(is_now, Mapping):
        for name in dict.fromkeys([*was, *is_now]):
            yield from _changed(place(key, name), was, is_now, name)
        return
    if key == ORDER and not _same(was, is_now):
        return  # said already: another sampler, or hyperparameters that are new or gone
    yield f"`{key}` was {flow(was)}, is now {flow(is_now)}."


def _is_growth(key: str, stored: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    match key:
        case "seeds.values":
            return _is_grown(stored.get(key), now.get(key))
        case "seeds.race":
            return _is_longer(stored, now)
        case "space" | "forbid":
            return _is_wider(stored, now)
        case _:
            return False


def _same(was: list[str] | None, is_now: list[str] | None) -> bool:
    return sorted(was or ()) == sorted(is_now or ())


def _renumbered(stored: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    """Say which numbers of levels changed though seeds are numbered by them."""
    if any(stored.get(key) != now.get(key) for key in (DESIGN, SOURCES)):
        return  # said already
    first = stored[SOURCES][0]
    for name, n in stored[LEVELS].items():
        if now[LEVELS][name] != n:
            change = f"`{place(SOURCES, name)}` was {n}, is now {now[LEVELS][name]}"
            yield f"{change}; only the first source, `{first}`, may have more levels later."


def _changed(
    where: str, was: Mapping[str, Any], is_now: Mapping[str, Any], name: str
) -> Iterator[str]:
    if name not in was:
        yield f"`{where}` is new: {flow(is_now[name])}."
    elif name not in is_now:
        yield f"`{where}` is gone, was {flow(was[name])}."
    elif was[name] != is_now[name]:
        yield f"`{where}` was {flow(was[name])}, is now {flow(is_now[name])}."


def _is_grown(was: list[int] | None, is_now: list[int] | None) -> bool:
    """Tell whether one list of seeds begins with the other one."""
    if was is None or is_now is None:
        return False
    n = min(len(was), len(is_now))
    return was[:n] == is_now[:n]


def _is_longer(stored: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Tell whether the race of today has all rungs of the stored one, and more behind them."""
    if "seeds.race" not in stored or "seeds.race" not in now:
        return False
    was, is_now = (rungs(side["seeds.race"], side["seeds.reduction"]) for side in (stored, now))
    return is_now[: len(was)] == was


def _is_wider(stored: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    if not all(side.get("search.sampler") in _MAY_WIDEN for side in (stored, now)):
        return False
    try:
        old = Space.from_mapping(stored["space"], stored["forbid"])
        new = Space.from_mapping(now["space"], now["forbid"])
    except (SpaceError, KeyError):  # written by a version with other rules: not judged, so shown
        return False
    return new.is_wider_than(old)
