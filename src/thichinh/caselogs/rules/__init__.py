"""Reading event logs by a mapping: rows, cases, facts, acts."""
