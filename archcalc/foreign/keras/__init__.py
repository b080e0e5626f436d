"""How Keras expresses layers, with channels last, and the layers that a program needs in addition."""
