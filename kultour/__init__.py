"""The house: wires programme and live side together, knows people and roles."""

__version__ = "0.1.0"
