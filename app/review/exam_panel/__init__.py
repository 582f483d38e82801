"""The exam as a whole: scores, reliability, decisions, forms, speed, units, trends, fairness. Pure over a review's data."""
