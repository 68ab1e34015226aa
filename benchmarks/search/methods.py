"""All methods by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.search.ours import OURS
from benchmarks.search.peers import PEERS
from benchmarks.search.racing_peers import asha_repeater, smac, smac_rule

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.search.cases import Case
    from benchmarks.search.outcome import Outcome

    Method = Callable[[Case, int, int, int], Outcome]

METHODS: dict[str, Method] = {
    **OURS,
    **PEERS,
    "smac-rule": smac_rule,
    "smac": smac,
    "asha-repeater": asha_repeater,
}
MAIN = "race-tpe"
PEER_NAMES = ("optuna-1", "optuna-4", "smac-rule", "random-4")
CURVE_NAMES = ("race-tpe-asha", "asha-repeater")
LIVE_OURS = "race-random"
LIVE_PEERS = tuple(name for name in PEERS if name.startswith("random-"))
