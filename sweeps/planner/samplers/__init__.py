"""Which configuration comes next: one file a sampler, chosen by name."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from sweeps.errors import Problem, SpecError
from sweeps.planner.samplers.base import Designed, NoProposal, Remembering, Sampler, Seen
from sweeps.planner.samplers.cmaes import CmaesSampler
from sweeps.planner.samplers.gp import GpSampler
from sweeps.planner.samplers.latin_hypercube import LatinHypercubeSampler
from sweeps.planner.samplers.listed import ListedSampler
from sweeps.planner.samplers.morris import MorrisSampler
from sweeps.planner.samplers.option import OPTIONS, checked_options
from sweeps.planner.samplers.random import RandomSampler
from sweeps.planner.samplers.saltelli import SaltelliSampler
from sweeps.planner.samplers.sobol import SobolSampler
from sweeps.planner.samplers.tpe import TpeSampler

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sweeps.spec import Sweep

__all__ = [
    "OPTIONS",
    "CmaesSampler",
    "Designed",
    "GpSampler",
    "LatinHypercubeSampler",
    "ListedSampler",
    "MorrisSampler",
    "NoProposal",
    "RandomSampler",
    "Remembering",
    "SaltelliSampler",
    "Sampler",
    "Seen",
    "SobolSampler",
    "TpeSampler",
    "checked_options",
    "sampler_of",
]


_BY_NAME: Final[Mapping[str, Callable[..., Sampler]]] = {
    each.name: each
    for each in (
        RandomSampler,
        SobolSampler,
        SaltelliSampler,
        MorrisSampler,
        TpeSampler,
        CmaesSampler,
        GpSampler,
    )
}


def sampler_of(sweep: Sweep) -> Sampler:
    """Make the sampler that a sweep asks for.

    Args:
        sweep: Its sampler is one of ours; an import path of a Ray Tune searcher is not made here.

    Returns:
        The sampler, at its first position.

    Raises:
        SpecError: Options that do not fit, a sampler that needs what is not installed, or one of
            another name.
    """
    search, space, master_seed = sweep.search, sweep.space, sweep.master_seed
    options = checked_options(search.sampler, search.options)
    match search.sampler:
        case "latin_hypercube":
            return LatinHypercubeSampler(space, master_seed, search.configs or 1)
        case "grid":
            return ListedSampler("grid", tuple(space.grid()))
        case "listed":
            return ListedSampler("listed", tuple(dict(row) for row in search.listed or ()))
        case "gp":
            _require_torch()
    if search.sampler in _BY_NAME:
        return _BY_NAME[search.sampler](space, master_seed, **options)
    rule = "a sampler of another package is driven by Ray Tune, not made here"
    remedy = "This is a fault of `sweeps`: please report it."
    raise SpecError([Problem("search.sampler", rule, search.sampler, remedy)])


def _require_torch() -> None:
    if find_spec("torch") is None:
        rule = "sampler `gp` needs torch, which is not installed"
        remedy = "Run `pip install 'seed-sweeps[gp]'`, or choose `tpe`."
        raise SpecError([Problem("search.sampler", rule, "`gp`", remedy)])
