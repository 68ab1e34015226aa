"""Whether a sweep is done, for answers that look final and may not be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from sweeps.report.headline import progress_of

if TYPE_CHECKING:
    from sweeps.results import Results


def unfinished(results: Results) -> list[Text]:
    """Say that a sweep is not done, and how far it is; nothing for one that is.

    Args:
        results: The sweep.
    """
    sentences = list(progress_of(results))
    return [Text(" ".join(sentences)), Text()] if sentences else []
