"""Corrections of keys as the committee works with them: what-if with the item's statistics, two approvals, letters.

The rule, the new scoring run and who may apply it are grading's (`app.grading.corrections`).
"""
