"""Taking a person out of everything that a workspace holds, and rows whose period is over."""
