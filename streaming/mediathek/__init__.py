"""What is kept after the evening: found and watched, cut and withdrawn, offered to the archive, deleted in time."""
