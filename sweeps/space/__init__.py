"""The search space: a friendly face on ConfigSpace.

First room of the data's way: a definition comes in, checked configurations of plain Python values
go out. ConfigSpace decides what is active and what is forbidden; this package gives it numbers
that it cannot round away. Nothing here knows about seeds or runs.
"""

from sweeps.space.space import Space
from sweeps.space.value import config_id

__all__ = ["Space", "config_id"]
