"""One file per tool; each has `tool()`, which looks at the environment as it is now."""
