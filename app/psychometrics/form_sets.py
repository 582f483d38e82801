"""Forms as sets of items in sparse form: as they were listed, or as candidates received them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .estimate import Reason
from .responses import Responses


@dataclass(frozen=True, slots=True)
class FormSets:
    """Forms, all of one length, and who received which."""

    form: NDArray[np.int64]  # (rows,)
    item: NDArray[np.int64]  # (rows,)
    n: int
    length: int
    given: NDArray[np.int64]  # (candidates,) form of each
    score: NDArray[np.int64]  # (candidates,)


def listed(forms: Sequence[Sequence[int]], n_items: int) -> FormSets:
    """Forms by the indices of their items; raises ``ValueError`` for what is malformed."""
    lengths = {len(form) for form in forms}
    if len(lengths) != 1 or lengths == {0}:
        raise ValueError("forms must hold at least one form, all of one length")
    table = np.asarray(forms)
    if table.dtype.kind not in "iu" or table.min() < 0 or table.max() >= n_items:
        raise ValueError("forms must hold indices of items")
    table = np.sort(table.astype(np.int64), axis=1)
    if np.any(table[:, 1:] == table[:, :-1]):
        raise ValueError("forms must name an item at most once")
    return _sets(table, (), ())


def received(responses: Responses) -> FormSets | Reason:
    """The different forms that candidates received, or why there are none to compare."""
    persons = responses.present
    lengths = responses.form_length[persons]
    if len(persons) == 0:
        return Reason.TOO_FEW_PERSONS
    if lengths.min() != lengths.max():
        return Reason.FORM_LENGTHS_DIFFER
    table = responses.item.reshape(len(persons), -1).astype(np.int64)
    first: dict[bytes, int] = {}
    given = [first.setdefault(row.tobytes(), len(first)) for row in table]
    _, position = np.unique(given, return_index=True)
    return _sets(table[position], given, responses.total[persons])


def _sets(table: NDArray[np.int64], given: Iterable[int], score: Iterable[int]) -> FormSets:
    n, length = table.shape
    return FormSets(
        form=np.repeat(np.arange(n), length),
        item=table.ravel(),
        n=n,
        length=length,
        given=np.array(list(given), dtype=np.int64),
        score=np.array(list(score), dtype=np.int64),
    )
