"""Undertakings of confidentiality and of conflicts of interest: signed by everyone with access, to a text, for a time.

A text has versions; the newest that is valid by now is the one that counts, and asks everybody again. Signing and withdrawing
are rows that are only ever added. Who lacks one that their roles need may log in, read it and sign it, and nothing else:
`identity.require` asks for each permission but that one, so that a new route is behind it without a word.

Not here: the candidate's pledge (`app.delivery`), and who was in which room when something is decided.
"""

from app.identity.undertakings.errors import TextChanged, UndertakingNeeded
from app.identity.undertakings.queries import kinds_lacking, list_undertakings
from app.identity.undertakings.rules import is_valid, undertakings_needed
from app.identity.undertakings.signing import sign, sign_all_needed, withdraw
from app.identity.undertakings.texts import add_text, list_texts
from app.identity.undertakings.types import Act, Kind, LastAct, TextVersion, Undertaking

__all__ = [
    "Act",
    "Kind",
    "LastAct",
    "TextChanged",
    "TextVersion",
    "Undertaking",
    "UndertakingNeeded",
    "add_text",
    "is_valid",
    "kinds_lacking",
    "list_texts",
    "list_undertakings",
    "sign",
    "sign_all_needed",
    "undertakings_needed",
    "withdraw",
]
