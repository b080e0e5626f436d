"""Comparing: networks side by side, and the edit from one to another."""
