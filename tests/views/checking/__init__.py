"""Tests of archcalc/views/checking."""
