"""Homework: a table that a student filled, read, marked, and its mistakes named."""
