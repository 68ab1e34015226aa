import numpy as np

from sweeps.analysis.importance.dimension import Dimension
from sweeps.analysis.importance.measure import Measure
from sweeps.analysis.near.scored import is_covered, scored_cells, without_choice
from tests.analysis.near.making import FLOAT, N_CELLS, switched


def test_scores_cover_a_scale_but_of_a_choice_only_what_was_scored():
    measure = Measure.product([FLOAT, Dimension.unordered([1, 1, 1])])
    scored = scored_cells(np.array([[5, 0], [9, 2]]), measure)
    asked = np.array([[100, 0], [5, 1], [0, 2]])
    assert is_covered(asked, scored).tolist() == [True, False, True]


def test_scores_where_a_child_is_inactive_say_nothing_about_where_it_is_active():
    scored = scored_cells(np.array([[1, N_CELLS, 3]]), switched())
    assert is_covered(np.array([[1, N_CELLS, 9], [0, 5, 9]]), scored).tolist() == [True, False]
    assert without_choice(scored, switched()) == {0, 1}
