"""Audit: reading the journal.

Entries are written by every verb in its own transaction (`app.core.journal`) and can be changed by nobody. Reading is for
auditors and administrators. Sealing (leaf numbers, tree heads) and export will live here.
"""

from app.audit.routes import router

__all__ = ["router"]
