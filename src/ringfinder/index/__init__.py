"""The index of a run: what a service maps into memory to answer at once, without computing anything at its start."""
