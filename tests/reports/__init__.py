"""Tests of archcalc/reports."""
