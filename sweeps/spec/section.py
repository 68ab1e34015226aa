"""Define: what all sections of a definition share: they check themselves and cannot be changed.

The annotations of a section are the single source of types, ranges, units and explanations: the
checks, the JSON Schema and the commented template are all made from them. Lists are annotated with
`strict=False`, for YAML has lists where the records hold tuples; their entries stay strict.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from sweeps.errors import Problem, SpecError
from sweeps.spec.key import check_keys, keys_of
from sweeps.spec.options import Options

if TYPE_CHECKING:
    from collections.abc import Mapping


class Section:
    """A part of a definition; it checks itself on creation and cannot be changed."""

    __slots__ = ()
    PLACE: ClassVar[str] = ""
    DESCRIPTION: ClassVar[str] = ""

    def __post_init__(self) -> None:
        """Check every field and bring it into its final type.

        Raises:
            SpecError: With every problem of this section.
        """
        keys = keys_of(type(self))
        given = {
            key.name: value
            for key in keys
            if (value := getattr(self, key.attribute)) is not key.default or key.is_required
        }
        values, problems = self.check(given)
        if problems:
            raise SpecError(problems, f"`{type(self).__name__}`")
        for key in keys:
            object.__setattr__(self, key.attribute, values.get(key.attribute, key.default))

    @classmethod
    def check(cls, given: Mapping[str, object]) -> tuple[dict[str, Any], list[Problem]]:
        """Check values as written in a definition: key by key, then the rules between keys."""
        values, problems = check_keys(cls, given, cls.PLACE)
        return values, problems + cls.rules(values, given)

    @classmethod
    def rules(cls, values: dict[str, Any], given: Mapping[str, object]) -> list[Problem]:
        """Check the rules between keys.

        Args:
            values: Those that fit their key, by attribute; what follows from them may be added.
            given: All that was given, by key; None stands for left out, as everywhere.
        """
        del values, given
        return []

    def document(self) -> dict[str, object]:
        """Give the section as plain data that reads back to an equal one."""
        return {key.name: plain(getattr(self, key.attribute)) for key in keys_of(type(self))}


def distinct(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """Refuse a list that repeats an entry.

    Raises:
        ValueError: As pydantic wants it; becomes a problem.
    """
    twice = sorted({str(value) for value in values if values.count(value) > 1})
    if twice:
        message = f"must not repeat an entry, but repeats {', '.join(f'`{v}`' for v in twice)}"
        raise ValueError(message)
    return values


def plain(value: object) -> object:
    """Give a value as JSON-able data: tuples become lists, options a dict."""
    if isinstance(value, Options):
        return value.document()
    return [plain(item) for item in value] if isinstance(value, tuple) else value
