"""What routes ask for, made from runs and their files; knows nothing of HTTP."""
