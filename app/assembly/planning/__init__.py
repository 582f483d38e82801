"""Forms that are comparable at the pass mark, by integer programmes; and why there are none. Pure."""
