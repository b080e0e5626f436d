"""Tests of archcalc/submissions."""
