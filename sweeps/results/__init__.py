"""Results: what a store or somebody else's table holds, as plain pandas frames.

Understand: between the store and whoever asks. Nothing here writes to a store, and every
frame is built when it is first asked for.
"""

from sweeps.analysis.estimate import Estimate
from sweeps.results.answer import Answer
from sweeps.results.comparing import ConfigComparison
from sweeps.results.frame import from_frame
from sweeps.results.results import Results
from sweeps.results.sensitivity.tunability import tunability_over as tunability
from sweeps.results.winner import Winner

__all__ = [
    "Answer",
    "ConfigComparison",
    "Estimate",
    "Results",
    "Winner",
    "from_frame",
    "tunability",
]
