"""The tables, in Markdown: goals first, then each case."""

from __future__ import annotations

import statistics
from collections import defaultdict
from typing import TYPE_CHECKING

from benchmarks.search.cases import LIVE
from benchmarks.search.figure import (
    Bootstrap,
    Ratio,
    coverage,
    figure,
    mean_ratio,
    runs_to_reach,
)
from benchmarks.search.methods import CURVE_NAMES, LIVE_OURS, LIVE_PEERS, MAIN, PEER_NAMES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmarks.search.record import Record

FAILING = "failing"
FIXED_SEEDS = ("optuna-1", "optuna-4")
Row = tuple[str, str, str, str]


class Report:
    """Tables of what was played.

    Args:
        records: All of them.
        times: Milliseconds of the planner, by what was timed; may be empty.
    """

    def __init__(self, records: Sequence[Record], times: Mapping[str, list[float]]) -> None:
        self._records: dict[tuple[str, str], list[Record]] = defaultdict(list)
        for record in sorted(records, key=lambda each: each.job.rep):
            self._records[record.job.case, record.job.method].append(record)
        self._times = times
        self._cut_to_pairs()
        self._bootstrap = Bootstrap(
            {key: [each.regret for each in rows] for key, rows in self._records.items()}
        )
        names = dict.fromkeys(case for case, _ in self._records)
        self._free = [case for case in names if case not in LIVE]
        # What fails has a goal of its own.
        self._compared = [case for case in self._free if case != FAILING]
        self._live = [case for case in names if case in LIVE]

    def text(self) -> str:
        """Give all tables that there are records for."""
        goals = [*self._quality(), *self._live_quality(), *self._speed()]
        goals += [*self._honesty(), *self._failures(), *self._timing()]
        tables = [
            _table(("what", "measured (95 % interval)", "goal", "reached"), goals),
            self._ratios(),
            self._regrets(self._free),
            self._regrets(self._live),
        ]
        return "\n\n".join(table for table in tables if table)

    def _cut_to_pairs(self) -> None:
        """Leave the repetitions that every method of a case has; coverage keeps all of its own."""
        self._coverage = [
            each
            for (case, method), rows in self._records.items()
            if method == LIVE_OURS and case not in LIVE
            for each in rows
        ]
        for case in {case for case, _ in self._records}:
            keys = [key for key in self._records if key[0] == case]
            least = min(len(self._records[key]) for key in keys)
            for key in keys:
                self._records[key] = self._records[key][:least]

    def _has(self, case: str, *methods: str) -> bool:
        return all((case, method) in self._records for method in methods)

    def _peer_ratios(self) -> list[Ratio]:
        return [
            self._bootstrap.ratio(case, MAIN, PEER_NAMES)
            for case in self._compared
            if self._has(case, MAIN) and any(self._has(case, peer) for peer in PEER_NAMES)
        ]

    def _fixed_ratios(self) -> list[Ratio]:
        return [
            self._bootstrap.ratio(case, MAIN, FIXED_SEEDS)
            for case in self._compared
            if self._has(case, MAIN, *FIXED_SEEDS)
        ]

    def _quality(self) -> list[Row]:
        rows: list[Row] = []
        if ratios := self._peer_ratios():
            value = mean_ratio(ratios)
            what = f"regret / the best peer's, mean over {len(ratios)} cases"
            rows.append((what, str(value), "at most 0.6", _yes(ok=value.value <= 0.6)))
        if ratios := self._fixed_ratios():
            worst = max(ratios, key=lambda ratio: ratio.figure.high)
            what = f"regret / the better of one seed and four, worst case ({worst.case})"
            ok = worst.figure.high <= 1.15
            rows.append((what, str(worst.figure), "upper end at most 1.15", _yes(ok=ok)))
        curves = [
            self._bootstrap.ratio(case, CURVE_NAMES[0], CURVE_NAMES[1:])
            for case in self._free
            if self._has(case, *CURVE_NAMES)
        ]
        if curves:
            what = "with curves: regret of race and ASHA / that of ASHA with a repeater"
            rows.append((what, str(mean_ratio(curves)), "", ""))
        return rows

    def _live_quality(self) -> list[Row]:
        ratios = [
            self._bootstrap.ratio(case, LIVE_OURS, LIVE_PEERS)
            for case in self._live
            if self._has(case, LIVE_OURS) and any(self._has(case, peer) for peer in LIVE_PEERS)
        ]
        if not ratios:
            return []
        value = mean_ratio(ratios)
        what = "live learners: regret / that of the best number of seeds in hindsight"
        return [(what, str(value), "at most 0.6", _yes(ok=value.value <= 0.6))]

    def _speed(self) -> list[Row]:
        shares = []
        for ratio in self._peer_ratios():
            ours, peers = self._records[ratio.case, MAIN], self._records[ratio.case, ratio.peer]
            budget = ours[0].job.budget
            goal = statistics.fmean(each.regret for each in peers)
            shares.append(min(runs_to_reach(ours, goal, budget) / budget, 1.0))
        if not shares:
            return []
        value = statistics.fmean(shares)
        what = "runs to reach the best peer's final regret / its runs, mean over cases (most 1)"
        return [(what, f"{value:.3f}", "at most 0.5", _yes(ok=value <= 0.5))]

    def _honesty(self) -> list[Row]:
        bias, covered, n = coverage(self._coverage)
        if not n:
            return []
        validation = statistics.fmean(each.extra["n_validation"] for each in self._coverage)
        ok = 0.93 <= covered.value <= 0.97
        return [
            (
                f"validated value of the winner minus its truth, {n} races",
                f"{bias.value:.5f} ({bias.low:.5f} to {bias.high:.5f})",
                "interval covers 0",
                _yes(ok=bias.low <= 0 <= bias.high),
            ),
            ("coverage of its 95 % interval", str(covered), "0.93 to 0.97", _yes(ok=ok)),
            ("runs of the validation, on top of the budget", f"{validation:.0f}", "", ""),
        ]

    def _failures(self) -> list[Row]:
        rows: list[Row] = []
        for method in (MAIN, *PEER_NAMES):
            if not self._has(FAILING, method):
                continue
            shares = [each.extra["failed_share"] for each in self._records[FAILING, method]]
            share = statistics.fmean(shares)
            is_ours = method == MAIN
            goal, verdict = ("at most 0.05", _yes(ok=share <= 0.05)) if is_ours else ("", "")
            what = f"budget spent where a quarter of the space fails, after 20 runs, `{method}`"
            rows.append((what, f"{share:.3f}", goal, verdict))
        return rows

    def _timing(self) -> list[Row]:
        rows: list[Row] = []
        for name, what, goal in (
            ("decision_ms", "a decision, ms, median (95th percentile)", 5.0),
            ("proposal_ms", "a proposal of TPE, ms, median (95th percentile)", 10.0),
        ):
            if values := self._times.get(name):
                median, most = statistics.median(values), sorted(values)[int(0.95 * len(values))]
                ok = median < goal
                rows.append((what, f"{median:.2f} ({most:.2f})", f"under {goal:g}", _yes(ok=ok)))
        return rows

    def _ratios(self) -> str:
        fixed = {ratio.case: ratio for ratio in self._fixed_ratios()}
        rows = []
        for ratio in self._peer_ratios():
            other = fixed.get(ratio.case)
            against = f"{other.figure}, `{other.peer}`" if other else ""
            rows.append((ratio.case, f"{ratio.figure}, `{ratio.peer}`", against))
        headings = ("case", "regret / the best peer's", "regret / the better of one seed and four")
        return _table(headings, rows)

    def _regrets(self, cases: Sequence[str]) -> str:
        methods = list(dict.fromkeys(method for case, method in self._records if case in cases))
        rows = []
        for case in cases:
            cells = []
            for method in methods:
                if not self._has(case, method):
                    cells.append("")
                    continue
                value, draws = self._bootstrap.mean(case, method)
                cells.append(str(figure(draws, value)))
            n = min(len(self._records[case, each]) for each in methods if self._has(case, each))
            rows.append((case, str(n), *cells))
        return _table(("scaled regret", "n", *(f"`{each}`" for each in methods)), rows)


def _yes(*, ok: bool) -> str:
    return "yes" if ok else "no"


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    if not rows:
        return ""
    rule = ["---"] * len(headings)
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [headings, rule, *rows])
