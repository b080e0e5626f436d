"""The live page: what it is answered, the server for it, and the static site."""
