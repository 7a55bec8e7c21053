// A clock for machines: 48 bits as black and white blocks in the left half of a picture. They tell which picture it is,
// when it was drawn (milliseconds of the machine's wall clock) and, by a check sum, whether they were read rightly.

const COLUMNS = 8;
const ROWS = 6;
const DAY = 2 ** 24; // milliseconds after which the time begins anew; four hours and a half

const wallClock = (time = performance.now()) => performance.timeOrigin + time;

const checkSum = (bytes) => bytes.reduce((sum, byte) => (sum * 31 + byte) & 0xff, 7);

const bytesOf = (number, time) => {
  const at = Math.round(time) % DAY;
  const bytes = [number >> 8, number & 0xff, at >> 16, (at >> 8) & 0xff, at & 0xff];
  return [...bytes, checkSum(bytes)];
};

function drawClock(context, number, time) {
  const width = context.canvas.width / 2 / COLUMNS;
  const height = context.canvas.height / ROWS;
  bytesOf(number & 0xffff, time).forEach((byte, row) => {
    for (let column = 0; column < COLUMNS; column++) {
      context.fillStyle = (byte >> column) & 1 ? "#eee" : "#111";
      context.fillRect(column * width, row * height, Math.ceil(width), Math.ceil(height));
    }
  });
}

/** `number` and `time` that a picture shows, or null if they cannot be read. Takes what `pictureOf` gives. */
function readClock({ width, height, luma }) {
  const bytes = Array(ROWS).fill(0);
  for (let row = 0; row < ROWS; row++) {
    const line = Math.floor(((row + 0.5) * height) / ROWS);
    for (let column = 0; column < COLUMNS; column++) {
      if (luma(Math.floor(((column + 0.5) * width) / 2 / COLUMNS), line) > 127) bytes[row] |= 1 << column;
    }
  }
  const check = bytes.pop();
  if (check !== checkSum(bytes)) return null;
  return { number: (bytes[0] << 8) | bytes[1], time: (bytes[2] << 16) | (bytes[3] << 8) | bytes[4] };
}
