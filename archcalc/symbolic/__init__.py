"""Integers that may not be known yet: written, read, printed, simplified, bounded, compared."""
