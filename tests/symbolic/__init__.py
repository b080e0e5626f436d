"""Tests of the room symbolic."""
