"""How Caffe expresses layers, and how it writes messages as text."""
