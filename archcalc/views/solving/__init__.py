"""The pages of `solve`."""
