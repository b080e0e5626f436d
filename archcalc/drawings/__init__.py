"""The formats of pictures, a file each."""
