"""Artists: the demo's synthetic performers; they play short loops through the real WHIP door. Runs without Django."""
