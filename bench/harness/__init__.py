"""What bench/run is made of: machine facts, child processes, load generators, rows, tables."""
