"""The door to pasted summaries: what PyTorch, torchinfo, torchsummary and Keras print of a model."""
