"""Checking: published figures, what a framework ran, and the totals of other tools."""
