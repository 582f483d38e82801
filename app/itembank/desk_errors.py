"""Refusals of the bank's desk."""

from __future__ import annotations

from app.core.errors import Conflict, Malformed


class PictureUnfit(Malformed):
    """`text_id` and `text_en` say why, and what to do."""

    code = "picture-unfit"
    title = "This picture cannot be used in an item."


class PoolActivated(Conflict):
    code = "pool-activated"
    title = "This pool was activated before; write a new one."


class PoolLacksItems(Conflict):
    """`kuks` are the criteria of which it holds fewer items than one form needs."""

    code = "pool-lacks-items"
    title = "The pool holds too few items for one form."


class UnfitForPool(Conflict):
    """`codes` are items that are neither approved nor active, or stand in it with two versions."""

    code = "unfit-for-pool"
    title = "A pool takes versions of this scheme that are approved or active, one of each item."
