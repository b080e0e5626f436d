"""Tests of archcalc/views/solving."""
