"""The exam as a whole: scores, reliability, decisions, forms, speed, units, trends, fairness. Pure over a review's data.

Statistics use first attempts. Each block leads with one plain sentence; its figures stand for the period under review and, beside
it, for the whole window. Scores are those that were released, so that a voided item counts for everybody.
"""
