"""Findings (temuan): raised from a lead or by a person, corrected, verified in a later period, and only then closed."""
