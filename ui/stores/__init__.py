"""What is trusted here."""
