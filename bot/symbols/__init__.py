"""Which tests a file holds: text to symbols, read by tree-sitter in a limited process of its own."""
