"""What the nodes of each language's syntax tree mean to a reader of tests. Each is imported when it is asked for."""
