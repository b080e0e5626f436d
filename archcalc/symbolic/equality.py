"""STUB until the real file is written."""
def equal(a,b): return a==b
def counterexample(a,b): return None
