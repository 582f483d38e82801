"""The chapters of a report, each a pure function of the facts and of the language."""
