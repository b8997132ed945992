"""Published margins and the invented dossiers that add up to them: pure functions."""
