"""The house itself: who imports whom, what is light, how large things are, and what the documents promise."""
