"""How ONNX expresses layers, and the messages that a file consists of."""
