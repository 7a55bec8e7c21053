"""The culture office's desk: the plan, the acts, the venues, and what was changed by whom."""
