"""The chat beside the picture: without account, without history beyond the evening."""
