"""The item bank: items, their immutable versions, and their keys in a table apart.

An item belongs to a criterion (KUK) of a scheme. What a candidate may see (stem, options) is sealed into one column of
`item_versions`; the key, rationale, source and expected difficulty live in `item_keys`, on which the log-in of candidate-facing
routes has no right at all. A changed text, option, key or criterion makes a new version; a version is never edited.

States of a version: active ⇄ retired. An item that its files no longer hold is retired, and comes back with them. Bank files are
the exchange format a person can read; `lint` counts over a whole bank what a reviewer would.

Not here: which items make a form (`app.assembly`), how an item performed (`app.review` computes it and records it here).
"""

from app.itembank import exchange, richtext
from app.itembank.desk_routes import UPLOADS, image_router
from app.itembank.desk_routes import router as desk_router
from app.itembank.files import Bank, read_bank
from app.itembank.images import get_image, read_images, store_images
from app.itembank.index import BankIndex
from app.itembank.lint import Remark, check_bank
from app.itembank.queries import get_item, list_active, read_contents, read_keys
from app.itembank.readings import Reading, read_second_reading
from app.itembank.sealing import content_hash
from app.itembank.service import load_items, record_statistics
from app.itembank.types import LETTERS, Answer, BankItem, DraftItem, ItemContent, KeyedItem, LoadReport

__all__ = [
    "LETTERS",
    "UPLOADS",
    "Answer",
    "Bank",
    "BankIndex",
    "BankItem",
    "DraftItem",
    "ItemContent",
    "KeyedItem",
    "LoadReport",
    "Reading",
    "Remark",
    "check_bank",
    "content_hash",
    "desk_router",
    "exchange",
    "get_image",
    "get_item",
    "image_router",
    "list_active",
    "load_items",
    "read_bank",
    "read_contents",
    "read_images",
    "read_keys",
    "read_second_reading",
    "record_statistics",
    "richtext",
    "store_images",
]
