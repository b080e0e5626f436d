"""The library's services: what a command does, without the terminal."""
