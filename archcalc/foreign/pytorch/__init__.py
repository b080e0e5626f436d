"""How PyTorch expresses what is not a module of torch.nn, and the classes that a program needs for it."""
