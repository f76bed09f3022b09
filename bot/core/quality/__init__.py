"""Whether rules are right: what people say an issue is, and how old and new rules stand against it. Writes nothing."""
