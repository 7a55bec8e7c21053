"""The ground floor of the house: who works here, and what their role allows."""
