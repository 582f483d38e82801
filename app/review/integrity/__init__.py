"""Leads for people, never verdicts: similar pairs who could have seen each other, effort, person fit, gains, leaked items."""
