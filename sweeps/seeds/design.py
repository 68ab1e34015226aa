"""Seeds: designs that tell apart which source of randomness the luck sits in.

Where all sources change from seed to seed, nobody can say which of them moved a score. In a design
each source has levels, and a level comes back under several seeds.
"""

from __future__ import annotations

import itertools
import math
import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Kind = Literal["crossed", "nested"]

DESIGNS: Final[tuple[Kind, ...]] = ("crossed", "nested")
"""The ways in which sources can vary: all their levels combined, or one inside the other."""


@dataclass(frozen=True, slots=True)
class SeedDesign:
    """Which level each source of randomness has under each seed.

    Seeds count through the combinations of levels like an odometer: the last source changes from
    seed to seed, the first one slowest. More levels of the first source thus add seeds at the end
    and leave the others as they are; more levels of another source would renumber them.

    Attributes:
        kind: `crossed`, where every level of a source meets every level of the others, or
            `nested`, where a source has levels of its own under each level of those before it.
        counts: Names of the sources, each with its number of levels; two or more of each.

    Example:
        >>> crossed = SeedDesign("crossed", (("split", 5), ("init", 6)))
        >>> crossed.n, crossed.levels_of(13)
        (30, {'split': 2, 'init': 1})
        >>> SeedDesign("nested", crossed.counts).levels_of(13)
        {'split': 2, 'init': 13}
    """

    kind: Kind
    counts: tuple[tuple[str, int], ...]

    @classmethod
    def from_plan(cls, plan: Mapping[str, Any]) -> SeedDesign | None:
        """Read the design of a section `seeds` as plain data.

        Args:
            plan: The section, as `SeedPlan.document` gives it and as it is stored.

        Returns:
            The design, None where all sources vary together.
        """
        if plan.get("design") is None:
            return None
        return cls(plan["design"], tuple(plan["sources"].items()))

    @property
    def n(self) -> int:
        """Number of seeds: one for each combination of levels."""
        return math.prod(count for _, count in self.counts)

    @property
    def sources(self) -> tuple[str, ...]:
        """Names of the sources, the slowest first."""
        return tuple(name for name, _ in self.counts)

    def levels_of(self, index: int) -> dict[str, int]:
        """Give the level that each source has under one seed.

        Args:
            index: Number of the seed, from 0. From `n` on the first source has further levels.

        Returns:
            Levels by source, each counted from 0. A crossed source has those below its number of
            levels; a nested one has others under each level of the sources before it.
        """
        sizes = [count for _, count in self.counts[1:]]
        # how many seeds in a row share a level of each source
        runs = [*itertools.accumulate(reversed(sizes), operator.mul, initial=1)][::-1]
        levels = dict(zip(self.sources, (index // run for run in runs), strict=True))
        if self.kind == "crossed":
            for name, count in self.counts[1:]:
                levels[name] %= count
        return levels
