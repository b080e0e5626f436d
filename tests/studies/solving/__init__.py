"""Tests of archcalc/studies/solving."""
