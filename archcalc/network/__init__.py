"""Layers wired together: the written spec, the graph it makes of an input, and the table of a walk over it."""
