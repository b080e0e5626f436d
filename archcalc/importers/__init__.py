"""The doors to frameworks: each file speaks to one, and is loaded only where it is asked for."""
