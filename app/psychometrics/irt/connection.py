"""Which items answers can place on one scale: those connected by "right here and wrong there" both ways."""

import numpy as np
from numpy.typing import NDArray

from app.psychometrics.responses import Responses

Flags = NDArray[np.bool_]


def connected_items(responses: Responses) -> NDArray[np.int64]:
    """Indices of the largest set of items whose Rasch difficulties have finite conditional estimates.

    Item a leads to item b when somebody answered a rightly and b wrongly. In the set, every item
    leads to every other, directly or over others; no larger set exists. Outside are items that all
    solve or all miss, and items that share no candidates, or only one-sided ones, with the set.
    Source: Fischer 1981, Psychometrika 46:59-77.

    >>> connected_items(Responses.from_dense([[1, 0, 1], [0, 1, 1]])).tolist()
    [0, 1]
    """
    best, best_size = np.zeros(0, dtype=np.int64), (0, 0, 0)
    unplaced = responses.administered > 0
    while np.count_nonzero(unplaced) >= max(best_size[0], 1):
        start = int(np.flatnonzero(unplaced)[0])
        group = _reached(responses, start, forward=True) & _reached(responses, start, forward=False)
        unplaced &= ~group
        # Sets of one size are told apart by their answers, so that the order of items does not matter.
        size = (
            int(np.count_nonzero(group)),
            int(responses.administered[group].sum()),
            int(responses.correct[group].sum()),
        )
        if size > best_size:
            best, best_size = np.flatnonzero(group), size
    return best


def _reached(responses: Responses, start: int, *, forward: bool) -> Flags:
    """Items that `start` leads to, or that lead to it."""
    leaving = responses.score == (1 if forward else 0)
    from_item, from_person = responses.item[leaving], responses.person[leaving]
    to_item, to_person = responses.item[~leaving], responses.person[~leaving]
    reached = np.zeros(responses.n_items, dtype=np.bool_)
    reached[start] = True
    while True:
        passing = np.zeros(responses.n_persons, dtype=np.bool_)
        passing[from_person[reached[from_item]]] = True
        following = reached.copy()
        following[to_item[passing[to_person]]] = True
        if np.array_equal(following, reached):
            return reached
        reached = following
