"""The types that travel between the stages: tables of the contract, portfolios, rings, evidence."""
