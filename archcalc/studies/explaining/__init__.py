"""Explaining: the worked solution of a number, and the concepts of the lectures."""
