"""What holds for every request, whatever its route: problems, ids, logs, limits, headers, metrics, tags, pages."""
