"""The sizes of what each ONNX operator outputs: one table per group of operators, one rule per operator.

A rule is asked about a call, and returns the sizes of its outputs in their order; what depends on values that are not
known is unknown. Source of all rules: docs/Operators.md and docs/Changelog.md of github.com/onnx/onnx.
"""
