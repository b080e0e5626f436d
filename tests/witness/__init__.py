"""PyTorch as a witness: run with `pytest -m torch`."""
