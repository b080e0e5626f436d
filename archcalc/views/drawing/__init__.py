"""Pictures of networks, as shapes and texts in their places."""
