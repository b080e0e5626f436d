"""Tests of the room specfile."""
