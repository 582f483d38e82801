"""Corrections of keys after an exam: what-if, two approvals, one new scoring run over all affected attempts or none."""
