"""Seeds: one seed, and the random numbers of a run that follow from it.

A seed is known by its role and its index; its number and its named sources of randomness follow
from these and the master seed alone, in every process and on every machine. Nothing here keeps
state or asks the operating system for randomness.
"""

from __future__ import annotations

import builtins
import hashlib
import json
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from sweeps.errors import Problem, SpecError, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

ROLES: Final = ("race", "validation")
"""The two disjoint lists of seeds."""

N_BITS: Final = 31
"""Numbers drawn stay below 2**31: some libraries read a seed as a signed 32-bit integer."""

MAX_INDEX: Final = 2 ** (N_BITS - 1) - 1
"""Largest index, so that both roles together have a number each."""

MAX_VALUE: Final = 2**32 - 1
"""Largest seed that numpy's old generators and scikit-learn take."""

N_ROUNDS: Final = 4
"""Rounds of the Feistel network; Luby and Rackoff (1988): four make it look random both ways."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a seed stands, which is all that its random numbers depend on.

    Attributes:
        master_seed: The sweep's seed.
        key: What separates its streams from others: the configuration where seeds are unpaired,
            the role and number where the user listed the seeds.
        position: Number of the seed within its key, unlike that of every other seed.
    """

    master_seed: builtins.int
    key: tuple[str, ...]
    position: builtins.int


class Seed(builtins.int):
    """One replicate's seed: an integer for `random_state=seed`, with named streams beside it.

    Attributes:
        index: Position within its role, from 0.
        role: `race` or `validation`.

    Example:
        >>> seed = make_seed(0, "race", 3)
        >>> seed.index, seed.role, 0 <= seed < 2**31
        (3, 'race', True)
        >>> seed.int("split") == make_seed(0, "race", 3).int("split")
        True
    """

    index: builtins.int
    role: str
    _place: _Place
    _varied: tuple[str, ...] | None
    _levels: dict[str, builtins.int]

    def __new__(  # noqa: PLR0917 - `make_seed` alone calls it
        cls,
        number: builtins.int,
        index: builtins.int,
        role: str,
        place: _Place,
        varied: tuple[str, ...] | None,
        levels: dict[str, builtins.int],
    ) -> Seed:
        """Put the parts together; `make_seed` derives them."""
        seed = super().__new__(cls, number)
        seed.__dict__.update(index=index, role=role, _place=place, _varied=varied, _levels=levels)
        return seed

    def int(self, source: str) -> builtins.int:
        """Give the number of a named source of randomness.

        Args:
            source: Name of the source, such as `split` or `init`.

        Returns:
            An integer in [0, 2**31), another one for every seed; the same one for every seed and
            configuration where the sweep does not vary this source. In a design it follows from
            the source's level, and seeds at the same level share it.
        """
        return _number(self._place_of(source), source)

    def rng(self, source: str) -> np.random.Generator:
        """Give a fresh generator for a named source of randomness.

        Args:
            source: Name of the source, such as `split` or `init`.

        Returns:
            A generator at the start of the source's stream: two calls give equal draws.
        """
        place = self._place_of(source)
        words = _words("generator", *place.key, str(place.position), source)
        sequence = np.random.SeedSequence(place.master_seed, spawn_key=words)
        return np.random.Generator(np.random.PCG64(sequence))

    def _place_of(self, source: str) -> _Place:
        if source in self._levels:
            return replace(self._place, position=_position(self.role, self._levels[source]))
        if self._varied is None or source in self._varied:
            return self._place
        return _Place(self._place.master_seed, ("fixed",), 0)

    def __setattr__(self, name: str, value: object) -> None:
        """Refuse: a seed never changes."""
        message = f"A `Seed` never changes, so `{name}` cannot be set. Make another one."
        raise AttributeError(message)

    def __reduce__(self) -> tuple[type[Seed], tuple[object, ...]]:
        """Go through `__new__` when copied or pickled, so that all parts come along."""
        number = builtins.int(self)
        return Seed, (number, self.index, self.role, self._place, self._varied, self._levels)


def make_seed(
    master_seed: builtins.int,
    role: str,
    index: builtins.int,
    *,
    config_id: str | None = None,
    varied: tuple[str, ...] | None = None,
    value: builtins.int | None = None,
    levels: Mapping[str, builtins.int] | None = None,
) -> Seed:
    """Derive one seed.

    Seeds of one master seed (and one configuration, where they are unpaired) all have different
    numbers, those of the race and of the validation taken together.

    Args:
        master_seed: The sweep's seed, 0 or more.
        role: `race` or `validation`.
        index: Position within the role, from 0.
        config_id: Configuration whose own seeds these are (unpaired); None where every
            configuration sees the same seeds.
        varied: Sources that change from seed to seed; all others keep the values of one fixed
            seed. None lets all of them change.
        value: The seed itself, in [0, 2**32), where the user listed the seeds; its sources then
            follow from it and not from the index.
        levels: Level of each source that a design repeats, from 0; such a source has the same
            randomness under every seed of its role with that level, and the one that it has
            without a design under the seed of that index.

    Returns:
        The seed.

    Raises:
        SpecError: An argument is outside its range; all of them are listed.
    """
    levels = {source: builtins.int(level) for source, level in (levels or {}).items()}
    _check(master_seed, role, (index, *levels.values()), value)
    # Numbers of numpy would overflow where those of Python grow.
    master_seed, index = builtins.int(master_seed), builtins.int(index)
    key = () if config_id is None else ("configuration", config_id)
    if value is None:
        place = _Place(master_seed, key, _position(role, index))
    else:
        place = _Place(master_seed, (*key, "listed", role, str(builtins.int(value))), 0)
    number = _number(place, None) if value is None else builtins.int(value)
    return Seed(number, index, role, place, varied, levels)


def _position(role: str, index: builtins.int) -> builtins.int:
    """Give even positions to the race and odd ones to the validation, so that none is shared."""
    return 2 * index + ROLES.index(role)


def _check(
    master_seed: builtins.int,
    role: str,
    indices: tuple[builtins.int, ...],
    value: builtins.int | None,
) -> None:
    problems = []
    if master_seed < 0:
        rule = "`master_seed` must be 0 or more"
        problems.append(Problem("master_seed", rule, str(master_seed), "Take any such number."))
    if role not in ROLES:
        problems.append(Problem("role", "there is no such role", repr(role), nearest(role, ROLES)))
    wrong = [index for index in indices if not 0 <= index <= MAX_INDEX]
    if wrong:
        rule = f"the index of a seed must lie between 0 and {MAX_INDEX}"
        problems.append(Problem("seeds", rule, str(wrong[0]), "Ask for fewer seeds."))
    if value is not None and not 0 <= value <= MAX_VALUE:
        rule = f"a listed seed must lie between 0 and {MAX_VALUE}"
        problems.append(Problem("seeds", rule, str(value), "List another number."))
    if problems:
        raise SpecError(problems, "the seeds")


def _number(place: _Place, source: str | None) -> builtins.int:
    """Give the number at a position; different positions of one key never share one."""
    keys = _round_keys(place.master_seed, place.key, source)
    number = _permuted(place.position, keys)
    # Walking the cycle until it comes back below the limit keeps the map one to one there.
    while number >> N_BITS:
        number = _permuted(number, keys)
    return number


def _permuted(number: builtins.int, keys: tuple[builtins.int, ...]) -> builtins.int:
    """Shuffle the numbers of 32 bits, one to one, by a Feistel network."""
    left, right = number >> 16, number & 0xFFFF
    for key in keys:
        mixed = ((right + key) * 0x9E3779B97F4A7C15) & 0xFFFFFFFFFFFFFFFF
        mixed = ((mixed ^ (mixed >> 32)) * (key | 1)) & 0xFFFFFFFFFFFFFFFF
        left, right = right, left ^ (mixed >> 48)
    return left << 16 | right


@lru_cache(maxsize=1024)
def _round_keys(
    master_seed: builtins.int, key: tuple[str, ...], source: str | None
) -> tuple[builtins.int, ...]:
    words = _words("number", *key, *(() if source is None else ("source", source)))
    sequence = np.random.SeedSequence(master_seed, spawn_key=words)
    return tuple(builtins.int(word) for word in sequence.generate_state(N_ROUNDS, np.uint64))


def _words(*parts: str) -> tuple[builtins.int, ...]:
    """Hash names to eight 32-bit words, the same in every process."""
    digest = hashlib.sha256(json.dumps(parts).encode()).digest()
    return tuple(builtins.int(word) for word in np.frombuffer(digest, dtype="<u4"))
