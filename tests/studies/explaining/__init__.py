"""Tests of archcalc/studies/explaining."""
