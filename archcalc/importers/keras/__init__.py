"""Models of Keras as their configuration describes them: read as JSON, and no code in them is run."""
