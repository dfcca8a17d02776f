"""What happened in a period, how refunds were paid, and whose policy is at risk: counts and lists for people."""
