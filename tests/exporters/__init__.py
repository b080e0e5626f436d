"""Tests of archcalc/exporters."""
