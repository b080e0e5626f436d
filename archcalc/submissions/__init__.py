"""The door for homework tables: CSV, Markdown, spreadsheets, YAML and JSON, one by one or a class at once."""
