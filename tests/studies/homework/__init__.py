"""Tests of archcalc/studies/homework."""
