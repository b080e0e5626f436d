"""The pages of `show` and `list`."""
