"""Refusals about the forms of a sitting."""

from __future__ import annotations

from app.core.errors import Conflict, Malformed


class NoCandidates(Conflict):
    code = "no-candidates"
    title = "The sitting has no candidates yet; import its roster first."


class CertificateMissing(Conflict):
    code = "no-form-certificate"
    title = "The committee has accepted no certificate of forms for this sitting yet."


class BadSettings(Malformed):
    code = "bad-form-settings"
    title = "Forms: 1 to the number of candidates; exposure cap above 0 up to 1; overlaps 0 to the items, the least not above the cap."
