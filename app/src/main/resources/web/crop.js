// Choosing the part of an image that a model looks at: by mouse, finger or keyboard.

import { byId, element } from "/dom.js";

const SHORTEST = 16; // of a part's sides, pixels: the server takes no less
const SLOP = 6; // a shorter movement is a tap, CSS pixels
const CORNERS = [
  ["top", "left"],
  ["top", "right"],
  ["bottom", "left"],
  ["bottom", "right"],
];

/**
 * Shows an image with a rectangle on it.
 *
 * @param {object} image
 * @param {string} image.name of its file
 * @param {string} image.source address of its picture, upright
 * @param {?{height: number, width: number}} image.size in pixels, where the picture is smaller
 * @param {?string} image.crop the part to begin with, "top:left:bottom:right"
 * @param {boolean} asksMark whether a person must say where a finding is, or that there is none
 * @param {function(?string)} done is given the part; null for the whole image, or for no finding
 * @param {function()} cannotShow is called where the browser cannot show the picture
 */
export function showCrop({ name, source, size, crop }, asksMark, done, cannotShow) {
  const picture = element("img", { src: source, alt: name, draggable: false });
  const part = element("div", { className: "part", role: "group", tabIndex: 0, id: "part" });
  const shade = element("div", { className: "shade" }, element("div", { className: "hole" }));
  const frame = element("div", { className: "frame", id: "frame" }, picture, shade, part);
  const said = element("output", { className: "quiet", id: "part-size" });
  const whole = element("button", { type: "button", className: "button", id: "use-whole" },
    asksMark ? "Nothing found here" : "Use whole image");
  const predict = element("button", { type: "button", className: "button primary", id: "predict" });
  byId("result-body").replaceChildren(
    element("section", { className: "cropping", "aria-labelledby": "crop-title" },
      element("div", { className: "crop-head" },
        element("h3", { id: "crop-title" }, asksMark ? "Mark the finding" : "Crop, or use the whole image"),
        element("p", { className: "quiet" },
          asksMark ? "This model looks where a reader marked a finding. " : "",
          "Drag a rectangle on the picture, or move its corners. ",
          element("span", { className: "by-key" }, "With the keyboard: Tab to a corner, then the arrow keys; with Shift in large steps."))),
      element("div", { className: "stage crop-stage" }, frame),
      element("div", { className: "crop-foot" }, said, element("div", { className: "crop-buttons" }, whole, predict)),
      element("p", { className: "quiet file-name" }, name)));
  picture.addEventListener("error", cannotShow);
  picture.addEventListener("load", () => begin(), { once: true });

  let width = 0;
  let height = 0;
  let box = null;

  function begin() {
    width = size?.width ?? picture.naturalWidth;
    height = size?.height ?? picture.naturalHeight;
    frame.style.aspectRatio = `${width} / ${height}`;
    frame.style.width = `min(100%, ${((54 * width) / height).toFixed(3)}vh)`;
    for (const [row, column] of CORNERS) {
      const handle = element("button", { type: "button", className: `handle ${row} ${column}` });
      handle.dataset.row = row;
      handle.dataset.column = column;
      handle.addEventListener("keydown", (event) => byKey(event, row, column));
      part.append(handle);
    }
    part.addEventListener("keydown", (event) => {
      if (event.target === part) byKey(event, null, null);
    });
    frame.addEventListener("pointerdown", drag);
    whole.addEventListener("click", () => {
      if (asksMark) {
        done(null);
      } else {
        set(all());
        predict.focus();
      }
    });
    predict.addEventListener("click", () => done(isWhole() ? null : text()));
    set(crop ? parse(crop) : all());
    predict.focus({ preventScroll: true });
  }

  const all = () => ({ top: 0, left: 0, bottom: height, right: width });
  const isWhole = () => box.top === 0 && box.left === 0 && box.bottom === height && box.right === width;
  const text = () => `${box.top}:${box.left}:${box.bottom}:${box.right}`;
  const within = (value, least, most) => Math.round(Math.min(Math.max(value, least), Math.max(least, most)));

  function set(next) {
    box = next;
    const place = {
      top: `${(100 * box.top) / height}%`,
      left: `${(100 * box.left) / width}%`,
      width: `${(100 * (box.right - box.left)) / width}%`,
      height: `${(100 * (box.bottom - box.top)) / height}%`,
    };
    Object.assign(part.style, place);
    Object.assign(shade.firstChild.style, place);
    part.setAttribute("aria-label", `Chosen part: ${worded()}. Arrow keys move it.`);
    for (const handle of part.children) {
      const { row, column } = handle.dataset;
      handle.setAttribute("aria-label", `Corner ${row} ${column}, row ${box[row]}, column ${box[column]}. Arrow keys move it.`);
    }
    said.textContent = worded();
    if (!asksMark) whole.disabled = isWhole();
    predict.disabled = asksMark && isWhole();
    predict.textContent = asksMark ? "Predict at this mark" : isWhole() ? "Predict the whole image" : "Predict this part";
  }

  function worded() {
    return isWhole()
      ? `Whole image, ${width} × ${height} pixels`
      : `${box.right - box.left} × ${box.bottom - box.top} pixels of ${width} × ${height}`;
  }

  /** Moves a corner, or all of it; neither leaves the image. */
  function moved(from, row, column, down, across) {
    const next = { ...from };
    if (row === null) {
      const top = within(from.top + down, 0, height - (from.bottom - from.top));
      const left = within(from.left + across, 0, width - (from.right - from.left));
      return { top, left, bottom: top + from.bottom - from.top, right: left + from.right - from.left };
    }
    const high = Math.min(SHORTEST, height);
    const wide = Math.min(SHORTEST, width);
    if (row === "top") next.top = within(from.top + down, 0, from.bottom - high);
    else next.bottom = within(from.bottom + down, from.top + high, height);
    if (column === "left") next.left = within(from.left + across, 0, from.right - wide);
    else next.right = within(from.right + across, from.left + wide, width);
    return next;
  }

  function byKey(event, row, column) {
    const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (event.key === "Escape") {
      set(all());
    } else if (steps) {
      const share = event.shiftKey ? 0.1 : 0.01;
      const [down, across] = [Math.max(1, share * height), Math.max(1, share * width)];
      set(moved(box, row, column, steps[0] * Math.round(down), steps[1] * Math.round(across)));
    } else {
      return;
    }
    event.preventDefault();
  }

  /** Where a pointer is, in pixels of the image. */
  function place(event) {
    const edges = frame.getBoundingClientRect();
    return {
      row: within(((event.clientY - edges.top) / edges.height) * height, 0, height),
      column: within(((event.clientX - edges.left) / edges.width) * width, 0, width),
    };
  }

  function drag(event) {
    if (event.button !== 0 || !event.isPrimary) return;
    const handle = event.target.closest(".handle");
    const start = place(event);
    const from = { ...box };
    const inside = start.row > box.top && start.row < box.bottom && start.column > box.left && start.column < box.right;
    const kind = handle ? "corner" : inside && !isWhole() ? "move" : "new";
    let far = false;
    frame.setPointerCapture(event.pointerId);
    event.preventDefault();
    (handle ?? part).focus({ preventScroll: true });
    const move = (later) => {
      far ||= Math.hypot(later.clientX - event.clientX, later.clientY - event.clientY) > SLOP;
      if (!far || later.pointerId !== event.pointerId) return;
      const at = place(later);
      if (kind === "new") set(between(start, at));
      else set(moved(from, handle?.dataset.row ?? null, handle?.dataset.column ?? null, at.row - start.row, at.column - start.column));
    };
    const end = () => {
      frame.removeEventListener("pointermove", move);
      frame.removeEventListener("pointerup", end);
      frame.removeEventListener("pointercancel", end);
    };
    frame.addEventListener("pointermove", move);
    frame.addEventListener("pointerup", end);
    frame.addEventListener("pointercancel", end);
  }

  /** The rectangle with two corners, at least as large as the server takes. */
  function between(one, other) {
    const [top, bottom] = span(one.row, other.row, height);
    const [left, right] = span(one.column, other.column, width);
    return { top, left, bottom, right };
  }

  function span(from, to, length) {
    const least = Math.min(SHORTEST, length);
    const low = within(Math.min(from, to), 0, length - least);
    return [low, within(Math.max(from, to), low + least, length)];
  }
}

/** Reads "top:left:bottom:right". */
export function parse(crop) {
  const [top, left, bottom, right] = crop.split(":").map(Number);
  return { top, left, bottom, right };
}
