"""The data of a review: read once from the sittings, frozen with a hash, computed from in a process of its own."""
