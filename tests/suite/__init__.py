"""How the suite runs: where its databases come from, in which order, what took long."""
