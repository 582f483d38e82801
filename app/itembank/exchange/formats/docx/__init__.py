"""Documents of Word: our template (a table for each item), a table of items, or a numbered list of questions with lettered options.

Exceptions of a round trip: emphasis within emphasis may change its order; the parts of a table (`thead`, `tbody`), its caption and
lists within lists come back flat; a formula without TeX comes back as its words; `<br>` in a text without other elements comes
back as the end of a line.
"""
