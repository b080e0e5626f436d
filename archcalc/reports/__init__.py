"""The formats a page can be written in: one file each, named after its format."""
