"""The pages of `verify` and `reconcile`."""
