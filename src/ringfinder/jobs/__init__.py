"""Long work in child processes: accepted once, never lost, never done twice."""
