"""The pages of `rf`."""
