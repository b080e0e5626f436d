"""What a reviewer would remark on a network."""
