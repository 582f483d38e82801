"""Refusals of papers."""

from __future__ import annotations

from app.core.errors import Conflict


class ExamOver(Conflict):
    code = "exam-over"
    title = "The exam of this candidate is over: their PIN opens the result. The office prints a new card."


class CardsInUse(Conflict):
    code = "cards-in-use"
    title = "Somebody here was let in or has started with their card. Print new cards one candidate at a time."
