"""How many candidates survive proof in a dataset, and the threshold that this suggests."""
