"""Show: the command line. Each command parses, calls one function of the library, and prints."""
