"""What formats that are programs share: blocks as classes, names that are identifiers, and lines of code."""
