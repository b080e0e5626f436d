"""The page of `explain`."""
