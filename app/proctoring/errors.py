"""Refusals of proctoring."""

from __future__ import annotations

from app.core.errors import Conflict, Malformed


class NotAProctor(Conflict):
    code = "not-a-proctor"
    title = "This person holds neither the role of a proctor nor that of an invigilator."


class IncidentClosed(Conflict):
    code = "incident-closed"
    title = "This incident was closed before."


class OtherCode(Malformed):
    code = "other-code"
    title = "This code does not stand below this category of incidents."


class NoPicture(Malformed):
    code = "no-picture"
    title = "The file is not a JPEG or PNG picture."


class TooManyPhotos(Conflict):
    code = "too-many-photos"
    title = "This incident has ten photos already."
