"""Past exam periods of synthetic candidates, for a demo installation: what a committee reviews, without waiting for years.

Sittings, plans of forms, scores, key checks and releases come about by the server's own functions; only what thousands of candidates
would have sent is written in bulk. With plants: faults that a review must find.
"""
