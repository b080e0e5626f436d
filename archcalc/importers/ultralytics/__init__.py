"""The door to models of ultralytics in YAML: their rows, and the layers of the modules that these name."""
