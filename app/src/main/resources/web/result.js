// The result panel: what is shown for one image, while it is read, and where it cannot be.

import { parse } from "/crop.js";
import { byId, element, number, svg } from "/dom.js";

const SHOWN = 1600; // longest side of the pictures asked for, pixels

const body = () => byId("result-body");

/** Before there is anything. */
export function showNothing() {
  body().replaceChildren(
    element("div", { className: "empty" },
      element("p", { className: "empty-title" }, "The answer appears here"),
      element("dl", { className: "empty-list" },
        element("dt", {}, "Scores"),
        element("dd", {}, "one for each label, and whether they are calibrated"),
        element("dt", {}, "Decision"),
        element("dd", {}, "a label, or “refer” to a reader, with the reason"),
        element("dt", {}, "Heatmap"),
        element("dd", {}, "where the network found its evidence"))));
}

/** While an image is read. */
export function showWaiting(name, preview) {
  body().replaceChildren(
    element("div", { className: "stage", "aria-busy": "true" },
      preview ? element("img", { src: preview, alt: "", className: "dimmed" }) : "",
      element("div", { className: "spinner", role: "img", "aria-label": "working" })),
    element("p", { className: "quiet file-name" }, `Reading ${name}…`));
}

/** A refusal, in the server's words. */
export function showRefusal(name, refusal) {
  body().replaceChildren(
    element("div", { className: "refusal", role: "alert" },
      element("p", { className: "verdict-label" }, refusal.title ?? "That did not work"),
      element("p", {}, refusal.message),
      element("p", { className: "quiet file-name" }, name)));
}

/**
 * A prediction.
 *
 * @param {object} prediction as the API gives it
 * @param {?string} truth what a sample's data set calls it
 * @param {?string} roi what the model was told of a reader's mark; null where it was told nothing
 * @param {?function()} again crops and predicts again; null where the image is no longer at hand
 */
export function showPrediction(prediction, truth, roi, again) {
  const picture = viewer(prediction, again);
  body().replaceChildren(
    element("article", { className: "answer" },
      picture,
      element("div", { className: "words" }, verdict(prediction, truth), scores(prediction), facts(prediction, roi))));
}

/** Whether the image itself was refused, so that whatever the network made of it means nothing. */
export const refused = (prediction) => /^(out-of-distribution|quality):/.test(prediction.reason);

/** What the answer is of: the height and width of the image, or of the part that was chosen. */
function answered(prediction) {
  if (!prediction.crop) return { height: prediction.height, width: prediction.width };
  const { top, left, bottom, right } = parse(prediction.crop);
  return { height: bottom - top, width: right - left };
}

/** The way to another part of the same image. */
function cropAgain(again) {
  if (again === null) return "";
  const button = element("button", { type: "button", className: "button small", id: "crop-again" }, "Crop and predict again");
  button.addEventListener("click", again);
  return button;
}

function viewer(prediction, again) {
  const longest = `longest=${SHOWN}`;
  const image = element("img", {
    src: `${prediction.image}?${longest}`,
    alt: prediction.crop ? `The chosen part of ${prediction.file}` : `${prediction.file}, as uploaded`,
    ...answered(prediction),
    id: "original",
  });
  const stage = element("div", { className: "stage" }, image);
  image.addEventListener("error", () => {
    stage.replaceChildren(element("p", { className: "quiet gone" }, "The picture is no longer kept; the answer is."));
  });
  const figure = element("figure", { className: "viewer" }, stage);
  if (prediction.crop) {
    figure.append(element("p", { className: "cropped", id: "cropped" }, cropped(prediction)));
  }
  const heatmap = element("img", { alt: "", className: "heatmap", id: "heatmap" });
  const caption = element("figcaption", { className: "quiet" });
  const draw = (label) => {
    heatmap.src = `${prediction.heatmap}?layer=true&${longest}&label=${encodeURIComponent(label)}`;
    heatmap.alt = prediction.heatmapPerLabel === false
      ? `Heatmap for the choice between ${Object.keys(prediction.scores).join(" and ")}`
      : `Heatmap for ${label}`;
    const found = shows(prediction, label);
    caption.textContent = `Warm colours: ${found}. It shows what the network used, not where a lesion is.`;
  };
  const another = cropAgain(again);
  if (prediction.outline) {
    const drawn = outline(prediction);
    stage.append(drawn);
    figure.append(outlineChoice(prediction, drawn));
  }
  const show = () => {
    image.after(heatmap);
    draw(prediction.label);
    figure.append(slider(heatmap), prediction.heatmapPerLabel === false ? "" : choice(prediction, draw), caption, another);
  };
  if (refused(prediction)) {
    figure.append(another);
  } else if (prediction.heatmapBy === "occlusion") {
    figure.append(onRequest(caption, show), another);
  } else {
    show();
  }
  return figure;
}

/** What the model takes for lesion, drawn over the picture whatever its size on the screen. */
function outline(prediction) {
  const { height, width } = answered(prediction);
  const lines = prediction.outline.map((ring) => `M${ring.map((corner) => corner.join(" ")).join("L")}Z`).join("");
  const drawing = svg("svg", { class: "outline", id: "outline", viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" });
  drawing.append(svg("path", { d: lines, class: "halo" }), svg("path", { d: lines }));
  return drawing;
}

function outlineChoice(prediction, drawn) {
  if (prediction.outline.length === 0) {
    return element("p", { className: "quiet", id: "outline-said" }, "The model drew no outline: it found no lesion large enough to draw.");
  }
  const box = element("input", { type: "checkbox", id: "show-outline" });
  box.checked = sessionStorage.getItem("outline") !== "off";
  const apply = () => {
    drawn.style.display = box.checked ? "" : "none";
    sessionStorage.setItem("outline", box.checked ? "on" : "off");
  };
  box.addEventListener("change", apply);
  apply();
  return element("p", { className: "outline-choice", id: "outline-said" },
    element("label", {}, box, " Outline"),
    element("span", { className: "quiet" }, " of what the model takes for lesion. No reader drew it, and the answer does not rest on it."));
}

/** What warm colours tell; gradients have no sign, so that of two labels both have the same heatmap. */
function shows(prediction, label) {
  if (prediction.heatmapPerLabel === false) {
    const labels = Object.keys(prediction.scores).map((each) => `“${each}”`).join(" and ");
    return `what the choice between ${labels} rests on, for the one or the other`;
  }
  switch (prediction.heatmapBy) {
    case "occlusion": return `which places, when covered, cost “${label}” most`;
    case "gradients": return `what the score of “${label}” rests on, for it or against it`;
    default: return `where the network found its evidence for “${label}”`;
  }
}

function cropped(prediction) {
  const { top, left, bottom, right } = parse(prediction.crop);
  return `Answer and heatmap are of the chosen part alone: ${right - left} × ${bottom - top} of ${prediction.width} × ${prediction.height} pixels`
    + ` (columns ${left} to ${right - 1}, rows ${top} to ${bottom - 1}).`;
}

// Over a hundred runs of the network are asked for, and not made with every answer.
function onRequest(caption, show) {
  const button = element("button", { type: "button", className: "button small", id: "find-heatmap" }, "Find a heatmap");
  button.addEventListener("click", () => {
    caption.replaceChildren();
    show();
    byId("opacity").focus();
  });
  caption.append(button, " This network shows no evidence by itself: its places are covered one after the other, which takes a while.");
  return caption;
}

function slider(heatmap) {
  const range = element("input", { type: "range", id: "opacity", min: "0", max: "100", step: "5" });
  range.value = sessionStorage.getItem("opacity") ?? "70";
  const shown = element("span", { className: "percent", "aria-hidden": "true" });
  const apply = () => {
    heatmap.style.opacity = range.value / 100;
    shown.textContent = `${range.value}%`;
    sessionStorage.setItem("opacity", range.value);
  };
  range.addEventListener("input", apply);
  apply();
  return element("div", { className: "slider" }, element("label", { for: "opacity" }, "Heatmap"), range, shown);
}

function choice(prediction, draw) {
  const labels = Object.keys(prediction.scores);
  const set = element("fieldset", { className: "choice" }, element("legend", {}, "Evidence for"));
  for (const label of labels) {
    const radio = element("input", { type: "radio", name: "evidence", value: label, checked: label === prediction.label });
    radio.addEventListener("change", () => draw(label));
    set.append(element("label", {}, radio, element("span", {}, label)));
  }
  return set;
}

function verdict(prediction, truth) {
  const refers = prediction.decision === "refer";
  const unanswered = refused(prediction);
  const box = element("div", { className: refers ? "verdict refer" : "verdict" });
  box.append(
    element("p", { className: "quiet over" }, refers ? "Decision: refer" : "Decision"),
    element("p", { className: "verdict-label", id: "decision" },
      unanswered ? "Not answered" : refers ? "Refer to a reader" : prediction.decision),
    unanswered ? "" : otherAnswers(prediction),
    element("p", { className: "reason" }, reason(prediction)));
  if (truth) {
    box.append(element("p", { className: "truth" }, "The data set calls this sample ", element("strong", {}, truth), "."));
  }
  return box;
}

/** The labels of a model's other tasks, in a line. */
function otherAnswers(prediction) {
  const others = Object.entries(prediction.tasks ?? {}).filter(([task]) => task !== prediction.task);
  if (others.length === 0) return "";
  return element("p", { className: "other-answers" },
    others.map(([task, answer]) => `${task}: ${answer.label}`).join(" · "));
}

function reason(prediction) {
  if (prediction.reason) return prediction.reason;
  return prediction.calibrated
    ? "The label of the highest score, within the model's limits."
    : "The label of the highest score. This model has no limits yet: it answers even where it should refer.";
}

/** One group of bars for each task; the task of the decision comes first. */
function scores(prediction) {
  if (refused(prediction)) {
    return element("p", { className: "quiet scores" },
      "No scores: for an image of another kind, or one that cannot be read well, they would mean nothing.");
  }
  const main = [prediction.task, { label: prediction.label, scores: prediction.scores }];
  const others = Object.entries(prediction.tasks ?? {}).filter(([task]) => task !== prediction.task);
  const honest = prediction.calibrated
    ? element("p", { className: "quiet calibration" }, element("strong", {}, "Calibrated: yes. "),
        "Of many images with a score of 0.80, about 80 in 100 are of that label.")
    : element("p", { className: "quiet calibration" }, element("strong", {}, "Calibrated: no. "),
        "Read the scores as an order, not as chances.");
  return element("div", { className: "scores" }, ...[main, ...others].map(group), honest);
}

function group([task, { label: highest, scores }], place) {
  const title = `task-${place}`;
  const list = element("ul", { className: "bars" });
  for (const [label, score] of Object.entries(scores)) {
    const fill = element("span", { className: "fill" });
    fill.style.width = `${Math.max(0.5, score * 100)}%`;
    list.append(
      element("li", { className: label === highest ? "bar top-bar" : "bar" },
        element("span", { className: "bar-label" }, label),
        element("span", { className: "bar-number" }, number(score)),
        element("span", { className: "track", "aria-hidden": "true" }, fill)));
  }
  return element("section", { className: "task", role: "group", "aria-labelledby": title },
    element("h3", { id: title }, `Scores: ${task}`), list);
}

function facts(prediction, roi) {
  const rows = [
    ["Image", prediction.file],
    ["Size", `${prediction.width} × ${prediction.height} pixels`],
    ...(prediction.crop ? [["Part", `${answered(prediction).width} × ${answered(prediction).height} pixels`]] : []),
    ...(roi ? [["Mark", roi === "none" ? "no finding marked" : `rows and columns ${roi}`]] : []),
    ["Model", prediction.model],
    ["Time", `${Math.round(prediction.seconds * 1000)} ms`],
  ];
  return element("dl", { className: "facts" },
    ...rows.flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)]));
}
