"""A table of shares of a variance, sorted into what can be told to matter and what cannot."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from sweeps.analysis.importance.share import INTERACTIONS, LACK_OF_FIT, UNEXPLAINED
from sweeps.report.frames import number_of, rows_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

LEAST_TUNED = 0.05
"""Share of what hyperparameters decide from which on one of them is worth tuning."""
MOST_LEFT = 0.1
"""Share of what is not luck below which, for sure, one of them may be left as it is."""
LEAST_JOINT = 0.1
"""Share of the variance from which on one that does nothing alone is named for what it does."""
MOST_THIN = 0.1
"""Share of its range with few configurations, beyond which one of them is not left alone."""
MOSTLY_LUCK = 0.9
LEAST_SEEN = 0.3
"""Fit that the model does not reach by chance, where nothing matters."""


@dataclass(frozen=True, slots=True)
class Part:
    """One row of a table of shares.

    Attributes:
        name: What it is the share of.
        share: The share; it may be slightly negative.
        low: Lower bound of its interval, NaN where there is none.
        high: Upper bound of its interval.
        total: Share with all that it does together with others; NaN where there is none.
    """

    name: str
    share: float
    low: float
    high: float
    total: float = math.nan

    @property
    def is_off_zero(self) -> bool:
        """Whether its own interval leaves out 0."""
        return self.low > 0

    @property
    def joint(self) -> float:
        """What it does only together with others."""
        return self.total - max(self.share, 0.0)


@dataclass(frozen=True, slots=True)
class Shares:
    """Shares that add up to 1, by what they are about.

    Attributes:
        mains: What each hyperparameter does by itself, largest first.
        pairs: What two of them do only together, where that was asked for.
        unseen: Other interactions, and what the model does not fit.
        luck: What seeds do, one part a source; empty where it cannot be told from the above.
        blurred: Lack of fit and seed in one, where a configuration has one seed only.
        stretch: What intervals are widened by before they say that a part is not 0.
        fit: Share of the variance between configurations that the model predicts; NaN if unknown.
        thin: Names of hyperparameters in much of whose range there are few configurations.
    """

    mains: tuple[Part, ...]
    pairs: tuple[Part, ...]
    unseen: tuple[Part, ...]
    luck: tuple[Part, ...]
    blurred: tuple[Part, ...]
    stretch: float = 1.0
    fit: float = math.nan
    thin: tuple[str, ...] = ()

    @classmethod
    def of(cls, frame: pd.DataFrame) -> Self:
        """Sort the rows of `Results.importance` or `Results.instability`.

        Args:
            frame: Columns `term, share, low, high, total`; `total` is missing for what is no
                hyperparameter. Sources of luck follow the lack of fit.

        Example:
            >>> import pandas as pd
            >>> columns = {
            ...     "term": ["lr", "interactions", "lack of fit", "seed"],
            ...     "share": [0.6, 0.05, 0.05, 0.3],
            ...     "low": [0.5, 0.0, 0.0, 0.2],
            ...     "high": [0.7, 0.1, 0.1, 0.4],
            ...     "total": [0.65, float("nan"), float("nan"), float("nan")],
            ... }
            >>> shares = Shares.of(pd.DataFrame(columns))
            >>> [part.name for part in shares.tuned], shares.luck_share
            (['lr'], 0.3)
        """
        parts = [_part(row) for row in rows_of(frame)]
        lacks = [i for i, part in enumerate(parts) if _is_lack(part)]
        end = lacks[-1] if lacks else len(parts)
        known = [part for part in parts[:end] if not _is_others(part)]
        pairs = [part for part in known if ":" in part.name and math.isnan(part.total)]
        is_blurred = bool(lacks) and parts[end].name == UNEXPLAINED
        lack = parts[end : end + 1]
        return cls(
            mains=tuple(_by_share([part for part in known if part not in pairs])),
            pairs=tuple(_by_share(pairs)),
            unseen=(*filter(_is_others, parts[:end]), *(() if is_blurred else lack)),
            luck=tuple(parts[end + 1 :]),
            blurred=tuple(lack if is_blurred else ()),
            fit=number_of(frame, "fit"),
            thin=tuple(
                name for name, share in frame.attrs.get("thin", {}).items() if share > MOST_THIN
            ),
        )

    @property
    def luck_share(self) -> float:
        """What seeds do altogether, from 0 to 1; 0 where that cannot be told."""
        return min(max(sum(part.share for part in self.luck), 0.0), 1.0)

    @property
    def decided(self) -> float:
        """What the model sees hyperparameters decide, alone or together."""
        alone = sum(max(part.share, 0.0) for part in (*self.mains, *self.pairs))
        return alone + sum(max(part.share, 0.0) for part in self.unseen if _is_others(part))

    @property
    def tuned(self) -> tuple[Part, ...]:
        """The hyperparameters that can be told to matter, and matter enough to be tuned."""
        least = LEAST_TUNED * self.decided
        return tuple(part for part in self._told(self.mains) if part.share >= least)

    @property
    def told_pairs(self) -> tuple[Part, ...]:
        """The pairs that can be told to do something together."""
        return self._told(self.pairs)

    @property
    def joint_only(self) -> tuple[Part, ...]:
        """The hyperparameters that matter by what they do together with others only."""
        return tuple(
            part for part in self.mains if part not in self.tuned and part.joint >= LEAST_JOINT
        )

    @property
    def left(self) -> tuple[Part, ...]:
        """The hyperparameters that hardly matter, whatever the luck of the draw.

        Not those whose range is half unknown: what was never run may matter.
        """
        most = MOST_LEFT * (1 - self.luck_share)
        named = (*self.tuned, *self.joint_only, self.first)
        return tuple(
            part
            for part in self.mains
            if part not in named and part.high <= most and part.name not in self.thin
        )

    @property
    def unclear(self) -> tuple[Part, ...]:
        """The hyperparameters that may matter or not."""
        named = (*self.tuned, *self.joint_only, *self.left, self.first)
        return tuple(part for part in self.mains if part not in named)

    @property
    def is_seen(self) -> bool:
        """Whether hyperparameters matter for sure, though no share of them can be told.

        Luck that shifts all configurations alike may be so large, and known so roughly, that every
        share holds 0, while the model foresees configurations that it has never met.
        """
        return not self.tuned and self.fit >= LEAST_SEEN

    @property
    def first(self) -> Part | None:
        """The hyperparameter that seems to matter most, where no share of one can be told."""
        if not self.is_seen or not self.mains or self.mains[0].share < self.decided / 3:
            return None
        return self.mains[0]

    @property
    def is_all_luck(self) -> bool:
        """Whether the seed may well be all there is."""
        if self.tuned or self.told_pairs or self.is_seen or not self.luck:
            return False
        reach = sum(part.high for part in self.luck)
        return self.luck_share >= MOSTLY_LUCK or (self.luck_share > 0.5 and reach >= 1)

    def _told(self, parts: Sequence[Part]) -> tuple[Part, ...]:
        """Give those that are off 0 by their widened intervals."""
        return tuple(
            part
            for part in parts
            if part.is_off_zero and part.share > self.stretch * (part.share - part.low)
        )


def _part(row: Any) -> Part:
    figures = (float(row[name]) for name in ("share", "low", "high", "total"))
    return Part(str(row["term"]), *figures)


def _by_share(parts: Sequence[Part]) -> list[Part]:
    return sorted(parts, key=lambda part: (-part.share, part.name))


def _is_lack(part: Part) -> bool:
    return part.name in {LACK_OF_FIT, UNEXPLAINED} and math.isnan(part.total)


def _is_others(part: Part) -> bool:
    return part.name == INTERACTIONS and math.isnan(part.total)
