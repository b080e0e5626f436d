"""The nouns of the field: window, shape, receptive field, tensors of a layer, counts."""
