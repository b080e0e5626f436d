"""The way out: a network as code, or as a file, of another framework. One file for each format."""
