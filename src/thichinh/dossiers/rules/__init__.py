"""The law of the one-stop shop."""
