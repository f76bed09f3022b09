"""The language of rules, the engine that matches them, and the verdict they reach on a document."""
