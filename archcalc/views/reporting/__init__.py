"""The report: everything about a network in one page that answers without Python."""
