"""Synthetic candidates that take an exam through the public HTTP API.

Runs in a process of its own with nothing but the server's address, the candidates' numbers and PINs, and the bank *files* (to
know which option is right: the server never tells). Abilities are drawn from N(0, 1); an item is answered right with the 2PL
probability of its expected difficulty. The committee's page must recover what was planted here.
"""
