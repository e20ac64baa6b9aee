// Learning curves as SVG: a few lines over epochs, drawn anew whenever there is more to show.

const SVG = "http://www.w3.org/2000/svg";
const ROOM = { top: 12, right: 14, bottom: 30, left: 44 };
const HEIGHT = 230;

function shape(name, attributes, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/**
 * Draws lines.
 *
 * @param {number} width of the picture, CSS pixels
 * @param {string} title for those who do not see it
 * @param {Array<{name: string, kind: string, values: Array<?number>}>} lines a value for each epoch
 * @param {Array<number>} epochs their numbers, rising
 * @param {object} how
 * @param {number} how.last the last epoch that may come
 * @param {boolean} how.share whether values are shares of 1
 * @param {?number} how.mark an epoch to mark
 * @param {?[number, number]} how.between numbers of two lines, the room between which is filled
 */
export function chart(width, title, lines, epochs, { last, share, mark = null, between = null }) {
  const values = lines.flatMap((line) => line.values).filter((value) => value !== null);
  const [low, high, step] = scale(values, share);
  const right = Math.max(2, last, epochs.at(-1) ?? 1);
  const x = (epoch) => ROOM.left + ((epoch - 1) / (right - 1)) * (width - ROOM.left - ROOM.right);
  const y = (value) => HEIGHT - ROOM.bottom - ((value - low) / (high - low)) * (HEIGHT - ROOM.top - ROOM.bottom);
  const svg = shape("svg", {
    viewBox: `0 0 ${width} ${HEIGHT}`, width, height: HEIGHT, role: "img", "aria-label": title, class: "chart",
  });
  for (let value = low; value <= high + step / 2; value += step) {
    svg.append(
      shape("line", { x1: ROOM.left, x2: width - ROOM.right, y1: y(value), y2: y(value), class: "grid" }),
      shape("text", { x: ROOM.left - 8, y: y(value) + 4, class: "tick", "text-anchor": "end" }, written(value, step)));
  }
  for (const epoch of ticks(right, width)) {
    svg.append(shape("text", { x: x(epoch), y: HEIGHT - 10, class: "tick", "text-anchor": "middle" }, String(epoch)));
  }
  if (mark !== null) {
    svg.append(shape("line", { x1: x(mark), x2: x(mark), y1: ROOM.top, y2: HEIGHT - ROOM.bottom, class: "mark" }));
  }
  if (between !== null) svg.append(filled(between.map((i) => lines[i].values), epochs, x, y));
  for (const line of lines) svg.append(...drawn(line, epochs, x, y));
  return svg;
}

/** The room between two lines, where both have values. */
function filled([upper, lower], epochs, x, y) {
  const both = epochs.map((epoch, i) => [x(epoch), upper[i], lower[i]]).filter(([, a, b]) => a !== null && b !== null);
  const points = [
    ...both.map(([at, a]) => `${at.toFixed(1)},${y(a).toFixed(1)}`),
    ...both.toReversed().map(([at, , b]) => `${at.toFixed(1)},${y(b).toFixed(1)}`),
  ];
  return shape("polygon", { points: points.join(" "), class: "between" });
}

function drawn(line, epochs, x, y) {
  const points = epochs
    .map((epoch, i) => [x(epoch), line.values[i]])
    .filter(([, value]) => value !== null)
    .map(([at, value]) => [at.toFixed(1), y(value).toFixed(1)]);
  if (points.length === 0) return [];
  const [lastX, lastY] = points.at(-1);
  return [
    shape("polyline", { points: points.map((point) => point.join(",")).join(" "), class: `line ${line.kind}` }),
    shape("circle", { cx: lastX, cy: lastY, r: 3.5, class: `dot-end ${line.kind}` }),
  ];
}

/** The least, the greatest and the distance of the lines across. */
function scale(values, share) {
  const most = Math.max(0, ...values);
  const least = Math.min(...values, share ? 1 : 0);
  if (share) {
    const low = Math.min(0.8, Math.max(0, Math.floor(least * 10) / 10));
    return [low, 1, 1 - low > 0.5 ? 0.2 : 0.1];
  }
  const step = nice((most || 1) / 4);
  return [0, Math.max(step, Math.ceil(most / step) * step), step];
}

function nice(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 2.5, 5, 10].find((factor) => factor * power >= value) * power;
}

function written(value, step) {
  const places = Math.max(0, Math.min(3, Math.ceil(-Math.log10(step) - 1e-9)));
  return value.toFixed(step / 10 ** -places % 1 ? places + 1 : places);
}

/** Epochs to write below: the first, and round ones. */
function ticks(right, width) {
  const step = Math.max(1, nice((right - 1) / Math.max(2, Math.floor(width / 70))));
  const whole = Math.ceil(step);
  const found = [1];
  for (let epoch = whole; epoch <= right; epoch += whole) if (epoch > 1) found.push(epoch);
  return found.filter((epoch, i) => i === 0 || epoch - 1 >= whole * 0.6);
}
