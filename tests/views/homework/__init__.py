"""Tests of archcalc/views/homework."""
