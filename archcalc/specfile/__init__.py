"""The door for specs: YAML text, validation, the shipped networks and their index."""
