"""Integers that may not be known yet: expressions as written, simplification, bounds, equality, printing, reading."""
