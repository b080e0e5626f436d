"""The doors that write: homework as spreadsheets."""
