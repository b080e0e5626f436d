"""Tests of archcalc/views."""
