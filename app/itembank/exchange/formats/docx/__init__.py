"""Documents of Word: our template (a table for each item), a table of items, or a numbered list of questions with lettered options.

Exceptions of a round trip, none of which changes a word: words beside a list, a table or another paragraph come back as a paragraph
of their own; emphasis within emphasis may change its order; rows of headings come back as `thead`, headings of a row as cells, lists
within lists as one after the other; a formula without TeX comes back as its words; `<br>` in a text without other elements comes
back as the end of a line.
"""
