"""The page of `diff`, part by part."""
