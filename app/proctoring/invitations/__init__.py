"""Invitations: a text per candidate and language, ready to paste into an e-mail or a message. The server sends none itself.

The texts come from a template with versions; date, time with its zone, place and number from the sitting. A PIN is in none of
them: it exists on the printed card only.
"""

from app.proctoring.invitations.render import UnknownPlaceholder, render
from app.proctoring.invitations.routes import router, writing

__all__ = ["UnknownPlaceholder", "render", "router", "writing"]
