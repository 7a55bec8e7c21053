"""The live side: from the artist's camera to the archive, and the chat around it."""
