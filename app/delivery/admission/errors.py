"""Refusals of admission. The pages of staff say each of them in Indonesian and English, with the remedy."""

from __future__ import annotations

from app.core.errors import Conflict, Malformed


class IdentityFirst(Conflict):
    code = "identity-first"
    title = "Check the candidate's identity first: the newest check must say that it is the right person."


class NotMatched(Conflict):
    code = "identity-not-matched"
    title = "The check was written down. The candidate is not admitted: person, document and photograph do not match."


class ReasonWhyNot(Malformed):
    code = "identity-needs-reason"
    title = "Say in `note` what does not match."


class LateReason(Conflict):
    code = "late-reason"
    title = "The candidate comes after the tolerance of this sitting: say in `reason` why they are admitted."


class BadPhoto(Malformed):
    code = "bad-photo"
    title = "A photograph is a JPEG or PNG of at most 300 kB and of 120 to 4000 pixels in width and height."


class PhotoDecidedBefore(Conflict):
    code = "photo-decided-before"
    title = "This photograph was decided before, or it never waited."


class SecondPersonForPhoto(Conflict):
    code = "photo-second-person"
    title = "Another person has to decide: not who brought the photograph, and not the candidate."
