"""What an invited act does behind its personal link: its details, its consent, its set list."""
