"""Tests of archcalc/studies/comparing."""
