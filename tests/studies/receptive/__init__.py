"""Tests of archcalc/studies/receptive."""
