"""What several formats ask of a layer: padding, the sizes of heads, and how axes are divided and turned."""
