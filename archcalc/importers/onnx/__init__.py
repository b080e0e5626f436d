"""The door to ONNX files: their wire format, their sizes and their counts, read with the standard library alone."""
