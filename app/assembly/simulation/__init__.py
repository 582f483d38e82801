"""Before a period: how large a pool the expected candidates can carry, and how comparable its forms would be."""
