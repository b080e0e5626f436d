"""Tests of archcalc/measures."""
