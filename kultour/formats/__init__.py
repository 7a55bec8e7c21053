"""Dates and times as Django writes them, per language, where its own way is not ours."""
