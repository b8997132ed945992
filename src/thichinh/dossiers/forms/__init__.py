"""What officials' pages post. Forms read; the rules decide."""
