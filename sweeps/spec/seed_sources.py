"""Define: the keys `seeds.sources` and `seeds.design`: what varies from seed to seed, and how.

A list of names varies together. A design needs a number of levels for each name; they are kept as
pairs, for their order says which source changes slowest.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Annotated, Any, Final, TypeGuard

from pydantic import AfterValidator, Field, TypeAdapter

from sweeps.errors import Problem
from sweeps.spec.key import STRICT, place, unpacked
from sweeps.spec.secret import shown
from sweeps.spec.section import distinct

MOST_SEEDS: Final = 1_000_000
WORD: Final = r"^[A-Za-z_][A-Za-z0-9_]*$"
WHERE: Final = "seeds"
EXAMPLE: Final = "Write for example `design: crossed, sources: {split: 5, init: 6}`."

Names = tuple[str, ...]
Counts = tuple[tuple[str, int], ...]

_Word = Annotated[str, Field(pattern=WORD)]
_NAMES: TypeAdapter[Names] = TypeAdapter(
    Annotated[
        tuple[_Word, ...],
        Field(strict=False, min_length=1, json_schema_extra={"uniqueItems": True}),
        AfterValidator(distinct),
    ],
    config=STRICT,
)
NAMES_SCHEMA: Final = _NAMES.json_schema()
"""JSON Schema of a list of names."""


def names_or_counts(given: object) -> Names | Counts:
    """Check sources in either form.

    Args:
        given: A list of names; or numbers of levels by name, as a mapping or as pairs.

    Raises:
        ValueError: As pydantic wants it; becomes a problem.
    """
    if isinstance(given, Mapping):
        return _counts(tuple(given.items()))
    return _counts(given) if _are_pairs(given) else _NAMES.validate_python(given)


def _are_pairs(given: object) -> bool:
    if not isinstance(given, list | tuple) or not given:
        return False
    return all(isinstance(item, list | tuple) and len(item) == 2 for item in given)


def _counts(given: Any) -> Counts:
    pairs: Any = tuple((name, unpacked(count)) for name, count in given)
    if len(pairs) < 2:
        message = "must be two sources or more where they have numbers of levels"
        raise ValueError(message)
    for name, count in pairs:
        if not isinstance(name, str) or not re.match(WORD, name):
            message = f"must have names that match `{WORD}`, not {shown(name)}"
            raise ValueError(message)
        if not isinstance(count, int) or isinstance(count, bool) or count < 2:
            message = f"must give each source 2 levels or more, not `{name}: {count}`"
            raise ValueError(message)
    distinct(tuple(name for name, _ in pairs))
    return tuple(pairs)


def is_counted(sources: Names | Counts | None) -> TypeGuard[Counts]:
    """Tell whether sources have numbers of levels, as a design needs them."""
    return bool(sources) and not isinstance(sources[0], str)  # type: ignore[index]


def names_of(sources: Names | Counts | None) -> Names | None:
    """Give the names of sources, None where none is named."""
    if sources is None:
        return None
    return tuple(each if isinstance(each, str) else each[0] for each in sources)


def is_design(given: Mapping[str, object]) -> bool:
    """Tell whether a section `seeds`, right or wrong, asks for a design."""
    sources = given.get("sources")
    has_levels = isinstance(sources, Mapping) or _are_pairs(sources)
    return given.get("design") is not None or has_levels


def design_problems(values: dict[str, Any], given: Mapping[str, object]) -> list[Problem]:
    """Check that a design is whole and goes with the other keys, and fill in the number of seeds.

    Args:
        values: Those that fit their key, by attribute; `n` is added.
        given: All that was given for the section, by key.
    """
    missing = _parts_missing(values, given)
    is_whole = not missing and "sources" in values
    return [*missing, *_others(values, given), *(_amount(values, given) if is_whole else ())]


def _parts_missing(values: Mapping[str, Any], given: Mapping[str, object]) -> list[Problem]:
    """Report a design without numbers of levels, and numbers of levels without a design."""
    if given.get("design") is None:
        rule = "numbers of levels need a `design`, which says how the sources vary"
        remedy = "Add `design: crossed` or `design: nested`, or list the names alone."
        return [_problem("sources", rule, given, remedy)]
    if given.get("sources") is None or ("sources" in values and not is_counted(values["sources"])):
        rule = "a design needs `sources` with a number of levels each"
        got = "" if given.get("sources") is None else shown(given["sources"])
        return [Problem(place(WHERE, "sources"), rule, got, EXAMPLE)]
    return []


def _others(values: Mapping[str, Any], given: Mapping[str, object]) -> list[Problem]:
    """Report keys that leave no room for a design."""
    problems = []
    if given.get("values") is not None:
        rule = "a design makes its seeds from levels, so that it takes no `values`"
        problems.append(_problem("values", rule, given, "Remove `values`, or the design."))
    if values.get("paired") is False:
        rule = "a design needs `paired: true`, since all configurations share its levels"
        problems.append(_problem("paired", rule, given, "Remove `paired`, or the design."))
    return problems


def _amount(values: dict[str, Any], given: Mapping[str, object]) -> list[Problem]:
    """Fill in the number of seeds, or report that it is not that of the design."""
    counts = [count for _, count in values["sources"]]
    n, product = math.prod(counts), " x ".join(map(str, counts))
    if n > MOST_SEEDS:
        rule = f"a design can have at most {MOST_SEEDS:,} seeds"
        remedy = "Take fewer levels."
        return [Problem(place(WHERE, "sources"), rule, f"{product} = {n:,}", remedy)]
    if values.setdefault("n", n) != n and given.get("values") is None:
        rule = f"`n` must be the number of seeds of the design, which is {product} = {n}"
        return [_problem("n", rule, given, "Remove `n`.")]
    return []


def race_problem(given: Mapping[str, object]) -> Problem:
    """Report a design in a race."""
    key = "sources" if given.get("design") is None else "design"
    rule = "a race adds seeds rung by rung, so that none of them can follow a design"
    return _problem(key, rule, given, "Write a list of `sources`, or leave `race` out.")


def _problem(key: str, rule: str, given: Mapping[str, object], remedy: str) -> Problem:
    return Problem(place(WHERE, key), rule, shown(given[key]), remedy)
