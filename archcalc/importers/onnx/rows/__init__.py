"""Operators as layers: one table per group of operators, one rule per operator.

A rule returns what the operation outputs; None leaves it as it was observed.
"""
