"""The layer kinds, one file each; the file's name is the kind. See :mod:`archcalc.layers.base`."""
