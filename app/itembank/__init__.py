"""The item bank: items, their versions, and their keys in a table apart.

An item belongs to a criterion (KUK) of a scheme. What a candidate may see (stem, options) is sealed into one column of
`item_versions`; key, rationale and source into one of `item_keys`. The log-in of candidate-facing routes has no right on either, and
its sessions carry no key that opens them (`sealing`): a candidate's paper was sealed before. What was once submitted for review is
never edited; a changed text, option, key or criterion makes a new version.

States of a version and who moves it: `lifecycle`. Whoever runs the server loads bank files straight into use; they are the exchange
format a person can read, and overwrite nothing that people wrote or decided here. `lint` counts over a whole bank what a reviewer
would.

Not here: which items make a form (`app.assembly`), how an item performed (`app.review` computes it and records it here).
"""

from app.itembank import exchange, lifecycle, richtext, transfers
from app.itembank.desk_routes import UPLOADS as PICTURES
from app.itembank.desk_routes import image_router
from app.itembank.desk_routes import router as desk_router
from app.itembank.files import Bank, read_bank
from app.itembank.images import get_image, read_images, store_images
from app.itembank.index import BankIndex
from app.itembank.lineages import Edition, editions_of, lineages_of, states_of
from app.itembank.lint import Remark, check_bank
from app.itembank.pool_routes import router as pool_router
from app.itembank.pool_size import LEAST_POOL
from app.itembank.queries import (
    codes_of,
    find_other_options,
    get_item,
    list_active,
    list_inactive,
    list_sittings_with,
    peek_keys,
    read_contents,
    read_keys,
    record_reading,
)
from app.itembank.readings import Reading, read_second_reading
from app.itembank.routes import router
from app.itembank.sealing import content_hash
from app.itembank.service import load_items, record_exposure
from app.itembank.statistics import has_statistics, list_statistics, newest_source, record_statistics
from app.itembank.types import (
    LETTERS,
    LEVELS,
    Answer,
    BankItem,
    DraftItem,
    Finding,
    ItemContent,
    KeyedItem,
    Kind,
    KnownItem,
    LoadReport,
    State,
)

UPLOADS = PICTURES | transfers.UPLOADS

__all__ = [
    "LEAST_POOL",
    "LETTERS",
    "LEVELS",
    "UPLOADS",
    "Answer",
    "Bank",
    "BankIndex",
    "BankItem",
    "DraftItem",
    "Edition",
    "Finding",
    "ItemContent",
    "KeyedItem",
    "Kind",
    "KnownItem",
    "LoadReport",
    "Reading",
    "Remark",
    "State",
    "check_bank",
    "codes_of",
    "content_hash",
    "desk_router",
    "editions_of",
    "exchange",
    "find_other_options",
    "get_image",
    "get_item",
    "has_statistics",
    "image_router",
    "lifecycle",
    "lineages_of",
    "list_active",
    "list_inactive",
    "list_sittings_with",
    "list_statistics",
    "load_items",
    "newest_source",
    "peek_keys",
    "pool_router",
    "read_bank",
    "read_contents",
    "read_images",
    "read_keys",
    "read_second_reading",
    "record_exposure",
    "record_reading",
    "record_statistics",
    "richtext",
    "router",
    "states_of",
    "store_images",
    "transfers",
]
