"""Importing event logs, batch by batch."""
