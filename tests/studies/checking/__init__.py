"""Tests of archcalc/studies/checking."""
