"""Files of other programs: what is read of them, and what is said of those that are damaged or something else."""
