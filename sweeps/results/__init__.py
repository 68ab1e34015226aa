"""Results: what a store or somebody else's table holds, as plain pandas frames.

Understand: between the store and whoever asks. Nothing here writes to a store, and every
frame is built when it is first asked for.
"""

from sweeps.results.frame import from_frame
from sweeps.results.results import Results
from sweeps.results.winner import Estimate, Winner

__all__ = ["Estimate", "Results", "Winner", "from_frame"]
