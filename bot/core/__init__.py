"""The pure part: values in, values out. No I/O, no clock, no randomness, no logging, no event loop."""
