"""Refusals of the log-in."""

from __future__ import annotations

from app.core.errors import Conflict, Malformed, Throttled, Unauthorised


class WrongCredentials(Unauthorised):
    code = "wrong-credentials"
    title = "The number or user name and the PIN or password do not belong together."
    number = 101


class TooManyTries(Throttled):
    pass


class AdminExists(Conflict):
    code = "admin-exists"
    title = "There is an administrator already; ask that person to grant the role."


class UsernameTaken(Conflict):
    code = "username-taken"
    title = "This user name is in use."


class NumberTaken(Conflict):
    code = "number-taken"
    title = "This participant number belongs to another person."


class LinkNotUsable(Conflict):
    code = "link-not-usable"
    title = "This link was used already, or its time is over. Ask for a new one."


class WeakPassword(Conflict):
    code = "weak-password"
    title = "A password needs at least 12 characters and may not be the user name."


class BadUsername(Malformed):
    code = "bad-username"
    title = "A user name has 1 to 64 lower-case letters, digits, dots, dashes or underscores."


class BadName(Malformed):
    code = "bad-name"
    title = "A name has 1 to 200 characters in one line."
