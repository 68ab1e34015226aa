"""Which configuration somebody means: by rank, by identifier or its beginning, or `best`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sweeps.errors import ResultsError, UnknownConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

BEST = "best"
SHORTEST = 4
"""Characters from which the beginning of an identifier will do."""


def number_of(wanted: str | int, ids: Sequence[str]) -> int:
    """Find a configuration.

    Args:
        wanted: Its identifier, an unambiguous beginning of it of at least 4 characters, its rank
            (1 leads), or `best`.
        ids: Identifiers, best first.

    Returns:
        Its position in `ids`.

    Raises:
        UnknownConfigError: No configuration is called that, or several are.
        ResultsError: It is neither text nor a rank.

    Example:
        >>> [number_of(wanted, ["ab12c", "ab12d"]) for wanted in ("best", 2, "ab12d")]
        [0, 1, 1]
    """
    if isinstance(wanted, bool) or not isinstance(wanted, int | str):
        message = (
            f"A configuration is named by its rank or identifier, got {wanted!r}. Pass 1 for the "
            "first of `configs`."
        )
        raise ResultsError(message)
    if isinstance(wanted, int):
        return _by_rank(wanted, len(ids))
    if wanted in ids:
        return ids.index(wanted)
    if wanted == BEST and ids:
        return 0
    found = [i for i, config_id in enumerate(ids) if config_id.startswith(wanted)]
    if len(wanted) >= SHORTEST and len(found) == 1:
        return found[0]
    raise UnknownConfigError(_problem(wanted, [ids[i] for i in found]))


def numbers_of(wanted: Iterable[str | int], ids: Sequence[str]) -> list[int]:
    """Find several configurations, each once, in the order in which they are named.

    Raises:
        UnknownConfigError: One of them is called by nothing, or several are.
        ResultsError: They come as one text, or are named by something else.
    """
    if isinstance(wanted, str):
        message = f"`configs` must be a list, got {wanted!r}. Pass [{wanted!r}]."
        raise ResultsError(message)
    return list(dict.fromkeys(number_of(each, ids) for each in wanted))


def _by_rank(rank: int, n: int) -> int:
    if not 1 <= rank <= n:
        message = f"A rank lies between 1 and {n}, got {rank}. Pass 1 for the leader."
        raise UnknownConfigError(message)
    return rank - 1


def _problem(wanted: str, found: Sequence[str]) -> str:
    if len(wanted) < SHORTEST:
        return (
            f"An identifier needs at least {SHORTEST} characters, got {wanted!r}. Copy it from "
            "`configs`, or pass the rank as a number."
        )
    if found:
        return (
            f"{len(found)} configurations begin with {wanted!r}, such as {found[0]} and "
            f"{found[1]}. Pass more characters."
        )
    return (
        f"No configuration begins with {wanted!r}. Copy an identifier from `configs`, or pass the "
        "rank as a number."
    )
