"""Receptive fields of a whole table, and exactly which pixels a unit reads."""
