// What a picture says by its colours: brightness and both colour differences of sixteen by eight points.

function readColours({ width, height, luma, blue, red }) {
  const found = [];
  for (let row = 0.5; row < 8; row++) {
    for (let column = 0.5; column < 16; column++) {
      const point = [Math.floor((column * width) / 16), Math.floor((row * height) / 8)];
      found.push(luma(...point), blue(...point), red(...point));
    }
  }
  return found;
}
