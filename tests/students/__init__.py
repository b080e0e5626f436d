"""A generator of students: answer tables with the mistakes that teachers meet, by arithmetic of its own.

Nothing here that makes a table imports archcalc, and it was written without sight of how a table is graded. The default
tables are sealed (`test_sealed.py`), so that the generator is not fitted to what grading explains.
"""
