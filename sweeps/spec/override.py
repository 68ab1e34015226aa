"""Define: single values set over a definition, as `--set search.configs=5` does.

An override may create keys. It is checked by the same rules as the file, and named as the place of
what is wrong with it. Values are never shown: one may be a store's URL with its password.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sweeps.errors import Problem, SpecError
from sweeps.spec.yaml_text import read_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_REPLACED = {"seeds.race": ("n", "values"), "seeds.n": ("race",), "seeds.values": ("race",)}


@dataclass(frozen=True, slots=True)
class Overridden:
    """A definition with its overrides.

    Attributes:
        content: The definition, changed; what came in is left as it was.
        places: Dotted places that were set, in order.
        problems: Overrides that could not be applied.
    """

    content: dict[str, object]
    places: tuple[str, ...]
    problems: tuple[Problem, ...]

    def placed(self, problem: Problem) -> Problem | None:
        """Give the problem with the override as its place, None where none has to do with it."""
        for place in reversed(self.places):
            if problem.where.startswith(place):
                rest = problem.where[len(place) :]
                if rest == "" or rest[0] in ".[ ":
                    return replace(problem, where=f"--set {place}{rest}", line=None)
        return None


def apply_overrides(content: Mapping[str, object], overrides: Sequence[str]) -> Overridden:
    """Set values in a definition.

    Args:
        content: The definition as plain values.
        overrides: Each `dotted.key=value`; the value is YAML, later ones win.

    Example:
        >>> apply_overrides({"seeds": 30}, ["seeds.paired=false"]).content
        {'seeds': {'n': 30, 'paired': False}}
    """
    changed = dict(content)
    places: list[str] = []
    problems: list[Problem] = []
    for override in overrides:
        where, equals, text = override.partition("=")
        where = where.strip()
        if not equals or not all(where.split(".")):
            problems.append(_malformed(where if equals else ""))
            continue
        try:
            changed = _set(_without(changed, where), where, _value(where, text), where)
            places.append(where)
        except SpecError as error:
            problems += error.problems
    return Overridden(changed, tuple(places), tuple(problems))


def _malformed(where: str) -> Problem:
    rule = "an override must be a dotted key, `=` and a value"
    return Problem(f"--set {where}".strip(), rule, "", "Write for example `search.configs=5`.")


def _value(where: str, text: str) -> object:
    label = f"--set {where}"
    try:
        read = read_yaml(text, label)
        problems = read.problems
    except SpecError as error:
        problems = error.problems
    else:
        if not problems:
            return read.content
    raise SpecError([replace(problem, where=label, line=None) for problem in problems], label)


def _set(mapping: Mapping[str, object], rest: str, value: object, where: str) -> dict[str, object]:
    """Give a copy of the mapping with one value set."""
    fitting = [key for key in mapping if rest.startswith(f"{key}.")]
    key = rest if rest in mapping else max(fitting, key=len, default=rest.partition(".")[0])
    after = rest[len(key) :].removeprefix(".")
    if not after:
        return {**mapping, key: value}
    inner = _as_mapping(mapping.get(key), key, where)
    return {**mapping, key: _set(inner, after, value, where)}


def _without(content: dict[str, object], where: str) -> dict[str, object]:
    """Leave out of `seeds` what a race, or a fixed number of seeds, replaces."""
    replaced = _REPLACED.get(where)
    if not replaced or content.get("seeds") is None:
        return content
    seeds = _as_mapping(content["seeds"], "seeds", where)
    return {**content, "seeds": {key: seeds[key] for key in seeds if key not in replaced}}


def _as_mapping(value: object, key: str, where: str) -> Mapping[str, object]:
    label = f"--set {where}"
    if isinstance(value, dict):
        return value
    if key == "seeds" and where.startswith("seeds.") and value is not None:
        return {"values": value} if isinstance(value, list) else {"n": value}
    if value is None and where.startswith("space."):
        rule = "one hyperparameter cannot be set, since the file has no `space`"
        remedy = "Copy the objective's SPACE into the file as `space:`, then set parts of it."
        raise SpecError([Problem(label, rule, "", remedy)], label)
    if value is None:
        return {}
    remedy = f"Set `{where[: where.rindex(key) + len(key)]}` as a whole."
    raise SpecError([Problem(label, f"`{key}` holds no keys", "", remedy)], label)
