"""Items to and from the files that people have: one module per format, `read` and `write`, and one type between them.

Reading happens in a process of its own with limits of memory, time and size (`sandbox`); what cannot be carried is listed, never
dropped in silence. Nothing here touches the database: `app.itembank` decides what becomes of the items.
"""

from app.itembank.exchange.types import ExchangeItem, Format, LeftOut, ReadFile, ReadRow

__all__ = ["ExchangeItem", "Format", "LeftOut", "ReadFile", "ReadRow"]
