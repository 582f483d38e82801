"""Standard setting in the browser: an Angoff panel in two rounds, compared with the scheme's pass mark, which it does not change.

Round 1: each judge alone says for each item how many of 100 candidates who are only just competent would answer it right. Feedback:
the round is frozen; each judge sees their own figure against the group's spread, and what candidates did where that is known. Round 2:
each judge says so again, and what cuts and failing shares they could accept (Beuk, Hofstee). Closed: both rounds are frozen with what
follows from them; what the panel thinks of items becomes their judged difficulty. Withdrawn: nothing came of it.

Nobody sees what another judge said before the round is frozen, whoever leads the panel included.
"""
