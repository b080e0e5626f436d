"""The tests of archcalc, in the order of its rooms: laws, oracles, contracts, goldens."""
