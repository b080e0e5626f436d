"""Showing: another input, argument or option, and what follows from it."""
