"""Sahih: the exam server of a professional certification body.

The package reads from the bottom up: `core` (database, errors, journal, jobs), `identity`, then the domains in the order in
which an exam happens (`schemes`, `itembank`, `assembly`, `delivery`, `proctoring` beside `grading`, `review`), and at the top
`main` (web server), `worker` (background jobs) and `cli` (the `sahih` command). Imports only ever point down this list.
"""

import os

# The statistics share a computer with running exams. Products of vectors gain nothing from threads that wait for one another,
# and numpy reads this when it is imported first.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

__version__ = "0.1.0"
