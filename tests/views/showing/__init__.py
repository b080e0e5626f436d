"""Tests of archcalc/views/showing."""
