"""Refusals of the bank's desk."""

from __future__ import annotations

from app.core.errors import Malformed


class PictureUnfit(Malformed):
    """`text_id` and `text_en` say why, and what to do."""

    code = "picture-unfit"
    title = "This picture cannot be used in an item."
