"""How other frameworks express layers: PyTorch, Keras, ONNX and Caffe, each in a folder of its own."""
