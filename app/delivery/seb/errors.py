"""Refusals around Safe Exam Browser. The pages of staff say each of them in Indonesian and English, with the remedy."""

from __future__ import annotations

from app.core.errors import Conflict, Malformed


class BadVersion(Malformed):
    code = "seb-version"
    title = "A version of Safe Exam Browser reads like Win.3.7.min or Mac.3.4; the members show the line."


class BadCertificate(Malformed):
    code = "seb-certificate"
    title = "Paste one certificate in PEM form (-----BEGIN CERTIFICATE-----), without a private key."


class NoQuitPassword(Malformed):
    code = "seb-quit-password"
    title = "Safe Exam Browser needs a quit password of at least 8 characters before it can be required."


class SittingIsOver(Conflict):
    code = "seb-sitting-closed"
    title = "The sitting is closed; whether it asks for Safe Exam Browser can be changed before that."


class NothingToOverride(Conflict):
    code = "seb-no-failure"
    title = "No check of Safe Exam Browser failed for this candidate."
