"""How browsers and encoders ask for a place on the stage or in the audience: WHIP, WHEP and the page's WebSocket."""
