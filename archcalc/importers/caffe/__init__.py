"""The door to `.prototxt` files of Caffe: protobuf's text format, a net's layers, and the rows that these are."""
