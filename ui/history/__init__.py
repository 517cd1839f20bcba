"""What this program changed, and undo."""
