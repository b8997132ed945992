"""Building the example town: plan, people, replay."""
