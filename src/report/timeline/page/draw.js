// What is drawn on canvases: the colours of the style, hatching, crosses, words that are cut to fit.

const SANS = "system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif";

/** The value of a colour of the style. Asking the style each time would take longer than to draw. */
function colour(name) {
  let value = colours.get(name);
  if (value === undefined) {
    value = getComputedStyle(document.documentElement).getPropertyValue(name).trim() || "#f0f";
    colours.set(name, value);
  }
  return value;
}
const colours = new Map();

/** The pattern of a wait. */
function hatch(c) {
  let pattern = colours.get("hatch");
  if (!pattern) {
    const tile = element("canvas", { width: "8", height: "8" });
    const d = tile.getContext("2d");
    d.fillStyle = colour("--wait-ground");
    d.fillRect(0, 0, 8, 8);
    d.strokeStyle = colour("--wait");
    d.lineWidth = 1.4;
    for (const x of [-8, 0, 8]) {
      d.beginPath();
      d.moveTo(x, 8);
      d.lineTo(x + 8, 0);
      d.stroke();
    }
    pattern = c.createPattern(tile, "repeat");
    colours.set("hatch", pattern);
  }
  return pattern;
}

/** A cross, to be filled. */
function cross(c, x, y, size) {
  c.save();
  c.translate(x, y);
  c.rotate(Math.PI / 4);
  c.rect(-size, -1.2, 2 * size, 2.4);
  c.rect(-1.2, -size, 2.4, 2 * size);
  c.restore();
}

/** As much of a text as fits, with an ellipsis; nothing if that would be too little. */
function cut(c, text, width) {
  if (text.length * 10 < width || c.measureText(text).width <= width) return text;
  let [low, high] = [0, Math.min(text.length, Math.ceil(width / 3))];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (c.measureText(`${text.slice(0, middle)}…`).width <= width) low = middle;
    else high = middle - 1;
  }
  return low < 4 ? "" : `${text.slice(0, low)}…`;
}

/** Writes words between two pixels, cut to fit; gives where they end, or 0 if there was no room. */
function label(c, words, left, right, y, fill, onBackground, size = 10.5) {
  const start = Math.max(left, 3);
  if (right - start < 24) return 0;
  c.font = `${size}px ${SANS}`;
  const text = cut(c, words, right - start);
  if (text === "") return 0;
  c.textBaseline = "middle";
  const width = c.measureText(text).width;
  if (onBackground) {
    c.fillStyle = colour("--paper");
    c.globalAlpha = 0.82;
    c.fillRect(start - 2, y - size / 2 - 1, width + 4, size + 2);
    c.globalAlpha = 1;
  }
  c.fillStyle = fill;
  c.fillText(text, start, y);
  return start + width;
}
