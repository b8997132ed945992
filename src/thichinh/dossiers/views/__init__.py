"""Pages of the one-stop shop."""
