"""How things look: tones from the system palette, cards, marks and buttons."""
