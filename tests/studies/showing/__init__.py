"""Tests of archcalc/studies/showing."""
