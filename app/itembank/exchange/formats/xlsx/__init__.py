"""Workbooks of Excel: one item a row, pictures anchored at the cell that they belong to.

Exceptions of a round trip: none. Formulas with TeX stand as `\\(…\\)`, whatever is more than words and formulas as HTML.
"""
