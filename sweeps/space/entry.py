"""Reads one entry of a search space: `{float: [0, 1]}`, `{choice: [a, b]}`, a bare constant.

Reports every problem with its place and gives None where there is one; conditions are read
elsewhere, once all names are known.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from sweeps.column import RESERVED_NAMES, is_reserved
from sweeps.errors import Problem, nearest
from sweeps.space.choice import Choice, Constant
from sweeps.space.range import read_float, read_integer
from sweeps.space.value import as_document, is_finite, is_list, plain, unique

if TYPE_CHECKING:
    from collections.abc import Callable

    from sweeps.space.hyperparameter import Hyperparameter
    from sweeps.space.value import Value

    Entry = Mapping[str, object]
    Reader = Callable[[str, Entry, list[Problem]], Hyperparameter | None]

OPTIONS: Final = {
    "float": ("float", "log", "grid", "when"),
    "int": ("int", "log", "grid", "when"),
    "choice": ("choice", "when"),
    "ordinal": ("ordinal", "when"),
    "constant": ("constant", "when"),
}
"""Keys that an entry of each kind may have."""

NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*")


def read_name(name: object, problems: list[Problem]) -> None:
    """Check the name of a hyperparameter."""
    where = f"space.{name}"
    if not isinstance(name, str) or not NAME.fullmatch(name):
        rule = "a name is made of letters, digits, `_` and `.`, and starts with a letter or `_`"
        problems.append(Problem(where, rule, repr(name), "Rename the hyperparameter."))
    elif name == "random_state":
        rule = "`random_state` is no hyperparameter: it is the seed"
        problems.append(Problem(where, rule, "", "Remove it and take `seed` in the objective."))
    elif is_reserved(name):
        words = "belongs to" if name in RESERVED_NAMES else "could be"
        rule = f"`{name}` {words} a column of the results"
        problems.append(Problem(where, rule, "", "Rename the hyperparameter."))


def read_entry(name: str, entry: object, problems: list[Problem]) -> Hyperparameter | None:
    """Read what stands after a name, without its condition; None where something is wrong."""
    where = f"space.{name}"
    if not isinstance(entry, Mapping):
        return _read_bare(name, entry, problems)
    kinds = [key for key in entry if key in OPTIONS]
    if len(kinds) != 1:
        rule = "an entry says of which kind it is, once"
        problems.append(Problem(where, rule, repr(dict(entry)), _kind_remedy(entry, kinds)))
        return None
    kind = kinds[0]
    n_before = len(problems)
    for key in entry:
        if key not in OPTIONS[kind]:
            rule = f"a hyperparameter of kind `{kind}` has no such key"
            remedy = nearest(str(key), OPTIONS[kind])
            problems.append(Problem(f"{where}.{key}", rule, f"`{key}`", remedy))
    result = READERS[kind](name, entry, problems)
    return result if len(problems) == n_before else None


def _read_bare(name: str, entry: object, problems: list[Problem]) -> Constant | None:
    where = f"space.{name}"
    if is_list(entry):
        rule = "a list alone could be a set of values or one value"
        remedy = "Write `{choice: [...]}` to choose among them, `{constant: [...]}` to fix it."
        problems.append(Problem(where, rule, repr(entry), remedy))
        return None
    n_before = len(problems)
    value = _read_value(where, entry, problems)
    return Constant(name, (), value) if len(problems) == n_before else None


def _kind_remedy(entry: Entry, kinds: list[str]) -> str:
    if kinds:
        return f"Keep one of {', '.join(f'`{kind}`' for kind in kinds)}."
    strangers = [str(key) for key in entry if key not in {"log", "grid", "when"}]
    if strangers:
        return nearest(strangers[0], OPTIONS)
    return "Write `{float: [low, high]}`, `{choice: [a, b]}` or the like."


def _read_constant(name: str, entry: Entry, problems: list[Problem]) -> Constant:
    value = _read_value(f"space.{name}.constant", entry["constant"], problems)
    return Constant(name, (), value)


def _read_choice(name: str, entry: Entry, problems: list[Problem]) -> Choice:
    return Choice(name, (), _read_values(f"space.{name}.choice", entry["choice"], problems))


def _read_ordinal(name: str, entry: Entry, problems: list[Problem]) -> Choice:
    values = _read_values(f"space.{name}.ordinal", entry["ordinal"], problems)
    return Choice(name, (), values, is_ordered=True)


READERS: Final[dict[str, Reader]] = {
    "float": read_float,
    "int": read_integer,
    "choice": _read_choice,
    "ordinal": _read_ordinal,
    "constant": _read_constant,
}


def _read_values(where: str, raw: object, problems: list[Problem]) -> tuple[Value, ...]:
    if not is_list(raw):
        rule = "the values must be a list"
        problems.append(Problem(where, rule, repr(raw), "Write `[a, b, c]`."))
        return ()
    if not len(raw):
        problems.append(Problem(where, "there must be at least one value", "[]", "List values."))
        return ()
    n_before = len(problems)
    values = [_read_value(f"{where}[{i}]", item, problems) for i, item in enumerate(raw)]
    if len(problems) == n_before and len(unique(values)) < len(values):
        repeated = unique(value for i, value in enumerate(values) if _is_in(value, values[:i]))
        rule = "each value is listed once; 1 and 1.0 are one value"
        got = f"{', '.join(repr(as_document(value)) for value in repeated)} again"
        problems.append(Problem(where, rule, got, "Remove the repetition."))
    return tuple(values)


def _read_value(where: str, raw: object, problems: list[Problem]) -> Value:
    try:
        value = plain(raw)
    except TypeError:
        rule = "a value must be a word, a number, true, false, null or a list of these"
        remedy = "Name it with a word and look it up in the objective."
        problems.append(Problem(where, rule, repr(raw), remedy))
        return None
    if not is_finite(value):
        rule = "a value must be finite"
        remedy = "Name it with a word and translate it in the objective."
        problems.append(Problem(where, rule, repr(raw), remedy))
    return value


def _is_in(value: Value, values: list[Value]) -> bool:
    return len(unique([*values, value])) == len(unique(values))
