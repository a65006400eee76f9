"""A program's texts: what is computed in which order (`plan`), and how each language writes it."""
