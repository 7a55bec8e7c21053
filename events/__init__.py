"""The programme: what happens where and when, who plays, under which rights. Knows nothing of streaming."""
