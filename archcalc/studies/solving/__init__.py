"""Solving: what must an unknown be, of one formula or of a network."""
