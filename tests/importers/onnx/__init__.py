"""Tests of archcalc/importers/onnx."""
