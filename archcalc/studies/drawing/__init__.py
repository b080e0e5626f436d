"""Where the parts of a picture stand: layouts of graphs, scales, labels that do not overlap."""
