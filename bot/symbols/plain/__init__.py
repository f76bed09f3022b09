"""Readers of formats that no grammar is needed or good for: from line to line, in linear time."""
