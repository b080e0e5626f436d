"""The page of `lint`."""
