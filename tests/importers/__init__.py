"""Tests of archcalc/importers."""
