"""One incoming request against the last run: where it would stand, with the same formulas as the batch."""
