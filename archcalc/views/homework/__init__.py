"""The pages of homework: worksheets, marked tables, classes, practice."""
