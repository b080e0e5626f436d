"""The door to `.cfg` files of darknet: their sections, and the layers that these are."""
