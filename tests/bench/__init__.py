"""The benchmarks of `make bench`."""

import app as _app  # noqa: F401  what it sets for its processes, before numpy reads it
