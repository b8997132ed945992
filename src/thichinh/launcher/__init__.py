"""From a fresh clone to a running town hall: environment, database server, assets, processes."""
