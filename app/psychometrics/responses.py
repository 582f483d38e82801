"""Responses in long form: the one input of every statistic.

One row is one item administered to one candidate. Three states are kept apart: *answered* (an
option, score 0 or 1), *omitted* (administered, no option, score 0) and *not administered* (no row).
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from . import _checks, _intake
from .long_form import KEY_UNKNOWN, OMITTED, UNRECORDED, LongForm


class Responses(LongForm):
    """The rows of an exam, and the ways to make and to choose them.

    Build it with `from_dense`, `from_choices`, `from_rows` or `from_arrays`, which check and sort;
    the constructor itself trusts its arguments.

    >>> r = Responses.from_dense([[1, 0, float("nan")], [1, -1, 1]])
    >>> r.n_rows, r.total.tolist(), r.administered.tolist()
    (5, [1, 2], [2, 2, 1])
    """

    @classmethod
    def from_arrays(
        cls,
        person: ArrayLike,
        item: ArrayLike,
        option: ArrayLike,
        score: ArrayLike,
        *,
        persons: Sequence[Hashable],
        items: Sequence[Hashable],
        seconds: ArrayLike | None = None,
        position: ArrayLike | None = None,
        strata: Sequence[Hashable] | None = None,
        forms: Sequence[Hashable] | None = None,
        n_options: ArrayLike | None = None,
        key: ArrayLike | None = None,
    ) -> "Responses":
        """From parallel arrays of indices; the fast way in for stored data.

        Parameters as the fields of `LongForm`, in any row order. Raises ``ValueError`` naming the
        argument that is malformed.
        """
        columns = _intake.Columns.read(person, item, option, score, seconds, position)
        return cls._of_columns(
            columns, persons=persons, items=items, strata=strata, forms=forms, n_options=n_options, key=key
        )

    @classmethod
    def from_dense(
        cls,
        matrix: ArrayLike,
        *,
        options: ArrayLike | None = None,
        persons: Sequence[Hashable] | None = None,
        items: Sequence[Hashable] | None = None,
        strata: Sequence[Hashable] | None = None,
        forms: Sequence[Hashable] | None = None,
        n_options: ArrayLike | None = None,
        key: ArrayLike | None = None,
    ) -> "Responses":
        """From a (persons, items) matrix of scores.

        matrix:  1 right, 0 wrong, -1 administered and omitted, NaN not administered.
        options: optional (persons, items) matrix of 0-based options, -1 omitted; read only where
                 the matrix of scores has an entry.
        Labels default to 0, 1, 2, ...
        """
        cells = _intake.Cells.read(matrix, "matrix")
        if not np.all(np.isin(cells.value, (OMITTED, 0, 1))):
            raise ValueError("matrix must hold 0, 1, -1 (omitted) or NaN (not administered)")
        option = np.where(cells.value < 0, OMITTED, UNRECORDED).astype(np.int16)
        if options is not None:
            option = _checks.whole(cells.of(options, "options"), "options", np.int16)
            if np.any((cells.value < 0) & (option != OMITTED)):
                raise ValueError("options must be -1 where matrix is -1")
        return cls._of_columns(
            _intake.Columns(cells.person, cells.item, option, (cells.value > 0).astype(np.int8)),
            persons=range(cells.shape[0]) if persons is None else persons,
            items=range(cells.shape[1]) if items is None else items,
            strata=strata,
            forms=forms,
            n_options=n_options,
            key=key,
        )

    @classmethod
    def from_choices(
        cls,
        matrix: ArrayLike,
        *,
        key: ArrayLike,
        persons: Sequence[Hashable] | None = None,
        items: Sequence[Hashable] | None = None,
        strata: Sequence[Hashable] | None = None,
        forms: Sequence[Hashable] | None = None,
        n_options: ArrayLike | None = None,
    ) -> "Responses":
        """From a (persons, items) matrix of chosen options, scored by `key`.

        matrix: 0-based option, -1 administered and omitted, NaN not administered.
        key:    (items,) 0-based right option.

        >>> Responses.from_choices([[2, -1], [0, 1]], key=[2, 1]).total.tolist()
        [1, 1]
        """
        cells = _intake.Cells.read(matrix, "matrix")
        option = _checks.whole(cells.value, "matrix", np.int16)
        if np.any(option < OMITTED):
            raise ValueError("matrix must hold options, -1 (omitted) or NaN (not administered)")
        keys = _checks.per_item(key, "key", cells.shape[1], lowest=0)
        return cls._of_columns(
            _intake.Columns(cells.person, cells.item, option, (option == keys[cells.item]).astype(np.int8)),
            persons=range(cells.shape[0]) if persons is None else persons,
            items=range(cells.shape[1]) if items is None else items,
            strata=strata,
            forms=forms,
            n_options=n_options,
            key=keys,
        )

    @classmethod
    def from_rows(
        cls,
        rows: Iterable[Sequence[object]],
        *,
        persons: Sequence[Hashable] | None = None,
        items: Sequence[Hashable] | None = None,
        strata: Mapping[Hashable, Hashable] | None = None,
        forms: Mapping[Hashable, Hashable] | None = None,
        n_options: Mapping[Hashable, int] | None = None,
        key: Mapping[Hashable, int] | None = None,
    ) -> "Responses":
        """From rows (person, item, option, score), or with seconds, or with seconds and position.

        person, item: labels. option: 0-based, ``None`` or -1 for omitted, -2 for not recorded.
        seconds: ``None`` in every row when the times are not recorded.
        Labels keep the order of first appearance unless `persons` or `items` lists them.
        The mappings go from a label; every item (person) must be in them, except in `key`.

        >>> rows = [("a", "q1", 2, 1), ("a", "q2", None, 0)]
        >>> Responses.from_rows(rows).items
        ('q1', 'q2')
        """
        table = _intake.Table.read(rows, persons, items)
        return cls.from_arrays(
            table.person,
            table.item,
            table.option,
            table.score,
            seconds=table.seconds,
            position=table.position,
            persons=table.persons,
            items=table.items,
            strata=_checks.looked_up(strata, "strata", table.items),
            forms=_checks.looked_up(forms, "forms", table.persons),
            n_options=_checks.looked_up(n_options, "n_options", table.items),
            key=None if key is None else [key.get(label, KEY_UNKNOWN) for label in table.items],
        )

    @classmethod
    def _of_columns(
        cls,
        columns: _intake.Columns,
        *,
        persons: Sequence[Hashable],
        items: Sequence[Hashable],
        strata: Sequence[Hashable] | None,
        forms: Sequence[Hashable] | None,
        n_options: ArrayLike | None,
        key: ArrayLike | None,
    ) -> "Responses":
        columns = columns.checked(len(persons), len(items)).sorted_unique(len(items))
        counts = keys = None
        if n_options is not None:
            counts = _checks.per_item(n_options, "n_options", len(items), lowest=1)
        if key is not None:
            keys = _checks.per_item(key, "key", len(items), lowest=KEY_UNKNOWN)
        _intake.require_options_exist(columns, counts, keys)
        return cls(
            person=columns.person,
            item=columns.item,
            option=columns.option,
            score=columns.score,
            seconds=columns.seconds,
            position=columns.position,
            persons=_checks.labels(persons, "persons"),
            items=_checks.labels(items, "items"),
            strata=_checks.aligned(strata, "strata", len(items)),
            forms=_checks.aligned(forms, "forms", len(persons)),
            n_options=counts,
            key=keys,
        )

    def with_items(self, items: ArrayLike) -> "Responses":
        """Return the responses to these items only, in this order; candidates stay, some without rows.

        items: indices, each at most once.

        >>> Responses.from_dense([[1, 0], [1, 1]]).with_items([1]).total.tolist()
        [0, 1]
        """
        chosen = _checks.indices(items, "items", self.n_items)
        position = np.full(self.n_items, -1, dtype=np.int32)
        position[chosen] = np.arange(len(chosen))
        if np.count_nonzero(position >= 0) != len(chosen):
            raise ValueError("items must be named at most once")
        rows = np.flatnonzero(position[self.item] >= 0)
        return Responses.from_arrays(
            self.person[rows],
            position[self.item[rows]],
            self.option[rows],
            self.score[rows],
            persons=self.persons,
            items=[self.items[index] for index in chosen],
            seconds=None if self.seconds is None else self.seconds[rows],
            position=None if self.position is None else self.position[rows],
            strata=None if self.strata is None else [self.strata[index] for index in chosen],
            forms=self.forms,
            n_options=None if self.n_options is None else self.n_options[chosen],
            key=None if self.key is None else self.key[chosen],
        )

    def with_persons(self, persons: ArrayLike) -> "Responses":
        """Return the responses of these candidates, in this order; one named twice counts twice.

        persons: indices. Labels are the positions 0, 1, 2, ..., since a resample repeats candidates.

        >>> Responses.from_dense([[1, 0], [1, 1]]).with_persons([1, 1, 0]).total.tolist()
        [2, 2, 1]
        """
        chosen = _checks.indices(persons, "persons", self.n_persons)
        person, rows = self.rows_of(chosen)
        return Responses(
            person=_checks.frozen(person),
            item=_checks.frozen(self.item[rows]),
            option=_checks.frozen(self.option[rows]),
            score=_checks.frozen(self.score[rows]),
            seconds=None if self.seconds is None else _checks.frozen(self.seconds[rows]),
            position=None if self.position is None else _checks.frozen(self.position[rows]),
            persons=tuple(range(len(chosen))),
            items=self.items,
            strata=self.strata,
            forms=None if self.forms is None else tuple(self.forms[index] for index in chosen),
            n_options=self.n_options,
            key=self.key,
        )
