"""Frames that say how they were made: the facts behind them travel along as attributes."""

from __future__ import annotations

from dataclasses import asdict, is_dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import pandas as pd

from sweeps.results.column import TEXT
from sweeps.results.uniform import uniform

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Answer(pd.DataFrame):
    """A frame with facts about itself, each readable as an attribute.

    `attrs` holds the same facts as plain data, records as dicts, since pandas writes it as JSON
    into Parquet files. A column goes before a fact of the same name, and what every frame has
    before both.

    Example:
        >>> answer = Answer.of({"seeds": [5]}, {"design": "crossed", "reasons": ()})
        >>> answer.design, answer.copy().attrs["design"]
        ('crossed', 'crossed')
    """

    _metadata: ClassVar[list[str]] = ["_facts"]
    _facts: Mapping[str, Any] | None = None

    @property
    def _constructor(self) -> type[Answer]:
        return Answer

    def __getattr__(self, name: str) -> Any:  # type: ignore[misc] # the stubs forbid it
        """Give a fact, or else what any frame gives."""
        # Private names are asked for while a frame is being made, before it has facts.
        if not name.startswith("_") and name not in self.columns:
            for facts in (self._facts or {}, self.attrs):
                if name in facts:
                    return facts[name]
        return super().__getattr__(name)

    def to_parquet(self, *args: Any, **options: Any) -> Any:
        """Write a Parquet file; columns of numbers beside words are written as text."""
        return pd.DataFrame.to_parquet(uniform(self), *args, **options)

    def to_feather(self, *args: Any, **options: Any) -> None:
        """Write a Feather file; columns of numbers beside words are written as text."""
        pd.DataFrame.to_feather(uniform(self), *args, **options)

    @classmethod
    def of(cls, columns: Mapping[str, Any], facts: Mapping[str, Any]) -> Answer:
        """Make a frame with facts.

        Args:
            columns: Columns by name, each as long as the others.
            facts: What to say about the frame; plain values and frozen records.
        """
        answer = cls(dict(columns))
        object.__setattr__(answer, "_facts", dict(facts))
        answer.attrs.update({name: _plain(fact) for name, fact in facts.items()})
        return answer


def _plain(fact: object) -> object:
    return asdict(fact) if is_dataclass(fact) and not isinstance(fact, type) else fact


def texts(values: Iterable[str | None]) -> Any:
    """Give a column of text, None as a missing value.

    Example:
        >>> texts(["a", None]).isna().tolist()
        [False, True]
    """
    return pd.Series(list(values), dtype=TEXT).array
