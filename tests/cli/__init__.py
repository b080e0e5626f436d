"""Tests of archcalc/cli."""
