"""Every item: its figures with interval and n, option curves, history, flags with their rule, and the committee's decision."""
