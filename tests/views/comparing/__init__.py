"""Tests of archcalc/views/comparing."""
