"""What script/bench runs: data sets, a load generator, and one case for each budget."""
