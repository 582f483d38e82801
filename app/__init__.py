"""Sahih: the exam server of a professional certification body.

The package reads from the bottom up: `core` (database, errors, journal, jobs), `identity`, then the domains in the order in
which an exam happens (`schemes`, `itembank`, `assembly`, `delivery`, `proctoring` beside `grading`, `review`), and at the top
`main` (web server), `worker` (background jobs) and `cli` (the `sahih` command). Imports only ever point down this list.
"""

__version__ = "0.1.0"
