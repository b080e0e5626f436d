"""What is measured of a whole table: its quantities, its memory, and for which sizes it works."""
