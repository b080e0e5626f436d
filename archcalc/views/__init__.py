"""What can be shown: values made into pages of typed blocks. How a page looks is the trade of ``reports``."""
