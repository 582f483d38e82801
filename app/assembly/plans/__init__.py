"""A plan of forms from the order to the issue: made in a program of its own, accepted, arranged for each candidate, proved."""
