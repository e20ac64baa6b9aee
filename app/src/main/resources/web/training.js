// The view that follows runs which are trained on the command line.

import * as api from "/api.js";
import { chart } from "/curves.js";
import { byId, element, say } from "/dom.js";

const OFTEN = 2000; // between two looks while a run goes on, milliseconds
const SELDOM = 3000;
const NARROWEST = 368; // of two charts side by side, CSS pixels, as in style.css
const GUTTER = 24;

/** What is shown: a run, and one of its trainings (null follows the one that runs). */
const state = { on: false, name: null, training: null, runs: null, run: null, gaps: new Set(), timer: 0, drawn: "" };

/** Shows a run, or the newest where none is named, and keeps looking. */
export function showTraining(name) {
  const changed = name !== state.name;
  state.on = true;
  if (changed) {
    state.name = name;
    state.training = null;
    state.run = null;
    state.drawn = "";
  }
  look();
}

/** Stops looking. */
export function hideTraining() {
  state.on = false;
  clearTimeout(state.timer);
}

document.addEventListener("visibilitychange", () => {
  if (state.on && !document.hidden) look();
});

let width = 0;
addEventListener("resize", () => {
  if (state.on && byId("run").clientWidth !== width) draw();
});

async function look() {
  clearTimeout(state.timer);
  if (!state.on || document.hidden) return;
  const asked = state.name;
  try {
    state.runs = (await api.runs()).runs;
    const name = asked ?? (state.runs.find((run) => run.status === "running") ?? state.runs[0])?.name;
    const run = name === undefined ? null : await api.run(name);
    if (!state.on || asked !== state.name) return;
    state.run = run;
    announce();
    byId("run-fault").hidden = true;
  } catch (refusal) {
    if (!state.on || asked !== state.name) return;
    byId("run-fault").textContent = `${refusal.title ?? "That did not work"}: ${refusal.message}`;
    byId("run-fault").hidden = false;
    if (refusal.status === 404) state.run = null;
  }
  draw();
  state.timer = setTimeout(look, state.run?.status === "running" ? OFTEN : SELDOM);
}

/** Says once what those who do not see the page would miss. */
function announce() {
  for (const training of state.run?.trainings ?? []) {
    const key = `${state.run.name}/${training.name}`;
    if (training.gap === null) state.gaps.delete(key);
    else if (!state.gaps.has(key)) {
      state.gaps.add(key);
      say(`${training.name}: ${training.gap}`);
    }
  }
}

function draw() {
  width = byId("run").clientWidth;
  const shown = shownTraining();
  const what = JSON.stringify([width, state.runs, state.run, shown?.name]);
  if (what === state.drawn) return; // nothing new: the focus and what is unfolded stay
  state.drawn = what;
  drawRuns();
  drawRun(shown);
}

function shownTraining() {
  const trainings = state.run?.trainings ?? [];
  return (
    trainings.find((training) => training.name === state.training) ??
    trainings.find((training) => training.status === "running" && training.epoch > 0) ??
    trainings.findLast((training) => training.epoch > 0) ??
    trainings[0]);
}

function drawRuns() {
  const runs = state.runs ?? [];
  const current = state.run?.name;
  keepingFocus(byId("runs"), () =>
    byId("runs").replaceChildren(...runs.map((run) => {
      const link = element("a", { href: `#training/${encodeURIComponent(run.name)}`, className: "run-row", id: `run-${run.name}` },
        element("span", { className: "run-name" }, run.name),
        chip(run.status),
        element("span", { className: "quiet run-when" }, `${run.trainingsDone} of ${run.trainingsInAll} trainings · ${when(run.updated)}`));
      if (run.name === current) link.setAttribute("aria-current", "true");
      return element("li", {}, link);
    })));
  byId("runs-empty").hidden = state.runs === null || runs.length > 0;
}

const WORDS = { running: "running", stopped: "stopped", done: "done", waiting: "to come" };
const chip = (status) => element("span", { className: `chip ${status}` }, WORDS[status]);

function when(instant) {
  const seconds = Math.max(0, (Date.now() - Date.parse(instant)) / 1000);
  if (seconds < 60) return "now";
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h ago`;
  return new Date(instant).toLocaleDateString();
}

function drawRun(training) {
  const { run } = state;
  const place = byId("run");
  if (!run) {
    place.replaceChildren(state.runs === null || state.runs.length > 0 ? "" : nothing());
    return;
  }
  const open = place.querySelector("details")?.open ?? false;
  keepingFocus(place, () =>
    place.replaceChildren(
      element("div", { className: "run-head" },
        element("h2", {}, run.name, " ", chip(run.status)),
        element("p", { className: "quiet" }, `Recipe ${run.recipe} on ${run.dataset}; task ${run.tasks.join(", ")}`),
        run.demonstratesLeakage
          ? element("p", { className: "gap", id: "leakage" }, "A demonstration of leakage: no figure and no curve here is a result.")
          : "",
        element("p", { className: "run-progress", id: "run-progress" }, progress(run, training)),
        bar(run, training)),
      run.trainings.length > 1 ? choice(run, training) : "",
      ...curves(training, open)));
}

function nothing() {
  return element("div", { className: "empty" },
    element("p", { className: "empty-title" }, "No run yet"),
    element("p", { className: "quiet" }, "Start one on the command line; it appears here by itself:"),
    element("pre", {}, "./senoscope train ultrasound --data data/busi --out runs/ultrasound"));
}

function progress(run, training) {
  if (run.status === "done") {
    const kept = training.bestEpoch > 0 ? `; the weights of epoch ${training.bestEpoch} were kept` : "";
    return `Done. ${titled(training)}: ${training.epoch} epochs${kept}.`;
  }
  const words = run.status === "stopped" ? ["Stopped. It goes on with train --resume."] : [];
  const number = run.trainings.indexOf(training) + 1;
  const which = run.trainings.length > 1 ? `${titled(training)} (training ${number} of ${run.trainings.length})` : titled(training);
  if (training.epoch === 0) {
    words.push(training.status === "running" ? `${which}: preparing, or in its first epoch.` : `${which}: not begun.`);
  } else {
    const most = training.epochs > 0 ? ` of at most ${training.epochs}` : "";
    words.push(`${which}: epoch ${training.epoch}${most}${left(training)}.`);
  }
  return words.join(" ");
}

// A training without two folds serves to calibrate those that are without one of them.
const named = (training) => training.name.replace(/^(repeat\d+)-/, "$1, ").replace("repeat", "repeat ").replace("without-", "").replace("-", " and ").replaceAll("fold", "fold ");

function titled(training) {
  const one = { training: "Training", final: "Final training on all folds" }[training.name];
  if (one) return one;
  const name = named(training);
  return `${name[0].toUpperCase()}${name.slice(1)} left out${training.name.includes("without-") ? ", to calibrate" : ""}`;
}

function left(training) {
  if (training.status === "done") return ", done";
  if (training.status !== "running" || training.epochs === 0) return "";
  const recent = training.curves.slice(-3).map((point) => point.seconds ?? 0);
  const seconds = (recent.reduce((sum, value) => sum + value, 0) / recent.length) * (training.epochs - training.epoch);
  if (seconds < 60) return "; under a minute left";
  return seconds < 5400 ? `; about ${Math.round(seconds / 60)} min left` : `; about ${(seconds / 3600).toFixed(1)} h left`;
}

/** How far the run is, counting every training as one. */
function bar(run, training) {
  const active = run.trainings.find((each) => each.status === "running" || each.status === "stopped") ?? training;
  const part = active.status === "done" || active.epochs === 0 ? 0 : active.epoch / active.epochs;
  return element("progress", { max: run.trainingsInAll, value: run.trainingsDone + part, "aria-label": "Trainings done" });
}

function choice(run, shown) {
  const set = element("fieldset", { className: "choice trainings" }, element("legend", {}, "Training"));
  for (const training of run.trainings) {
    const radio = element("input", {
      type: "radio", name: "training", value: training.name, id: `training-${training.name}`,
      checked: training === shown, disabled: training.epoch === 0 && training.status === "waiting",
    });
    radio.addEventListener("change", () => {
      state.training = training.name;
      draw();
    });
    const name = named(training);
    set.append(element("label", {}, radio, element("span", { className: training.gap === null ? "" : "marked" }, name, training.gap === null ? "" : " ⚠")));
  }
  return set;
}

function curves(training, open) {
  const points = training.curves;
  if (points.length === 0) return [element("p", { className: "quiet curves-note" }, "No epoch is finished yet.")];
  const value = (name) => points.map((point) => point[name]);
  const has = (name) => points.some((point) => point[name] !== null);
  const watched = has("validationLoss");
  const plain = has("trainingLoss");
  const loss = [{ name: plain ? "training" : "training (as minimised)", kind: "train", values: value(plain ? "trainingLoss" : "trainingObjective") }];
  const accuracy = [];
  if (has("trainingAccuracy")) accuracy.push({ name: "training", kind: "train", values: value("trainingAccuracy") });
  if (watched) {
    loss.push({ name: "validation", kind: "watch", values: value("validationLoss") });
    accuracy.push({ name: "validation", kind: "watch", values: value("validationAccuracy") });
    if (has("validationBalancedAccuracy")) {
      accuracy.push({ name: "validation, balanced", kind: "even", values: value("validationBalancedAccuracy") });
    }
  }
  const images = points.at(-1).validationImages;
  return [
    element("p", { className: training.gap === null ? "gap none" : "gap", id: "gap" },
      training.gap ?? noGap(training, watched, has("trainingAccuracy"))),
    element("div", { className: "panels" },
      panel("Loss", plain ? "mean −log p of the true label" : "", loss, points, training),
      accuracy.length > 0 ? panel("Accuracy", "", accuracy, points, training) : ""),
    element("p", { className: "quiet curves-note" },
      "Training: the images as they are learned from (augmented and with dropout, where the recipe says so), while the weights change. ",
      watched ? `Validation: ${images} untouched images that this training does not learn from; they may choose its weights, so this is no test result. ` : "",
      marked(training) ? `The dotted line is epoch ${training.bestEpoch}, whose weights were kept.` : ""),
    numbers(points, open),
  ];
}

/** Whether validation images chose an epoch. */
const marked = (training) => training.bestEpoch > 0 && training.curves.at(-1).validationImages > 0;

function noGap(training, watched, told) {
  if (!watched) return "This training watches no validation images, so there is nothing to compare it with.";
  if (!told) return "The log does not tell the training accuracy: an earlier version wrote it.";
  return training.epoch < 3
    ? "Too early to speak of a gap between training and validation."
    : "No gap between training and validation: less than .10 in the last 3 epochs, or no more than chance.";
}

function panel(title, unit, lines, points, training) {
  const epochs = points.map((point) => point.epoch);
  const share = title === "Accuracy";
  const room = Math.max(260, inner(byId("run")));
  const wide = room >= 2 * NARROWEST + GUTTER ? Math.floor((room - GUTTER) / 2) : room;
  const last = lines.map((line) => `${line.name} ${written(line.values.at(-1))}`).join(", ");
  const svg = chart(wide, `${title} by epoch; at epoch ${epochs.at(-1)}: ${last}`, lines, epochs, {
    last: training.status === "done" ? 0 : training.epochs,
    share,
    mark: marked(training) ? training.bestEpoch : null,
    between: share && training.gap !== null ? [0, 1] : null,
  });
  return element("figure", { className: "panel" },
    element("figcaption", {},
      element("h3", {}, title, " ", element("span", { className: "quiet" }, unit)),
      element("ul", { className: "legend" }, ...lines.map((line) =>
        element("li", { className: line.kind }, element("span", { className: "key", "aria-hidden": "true" }), `${line.name} `,
          element("strong", {}, written(line.values.at(-1))))))),
    svg,
    element("p", { className: "quiet axis" }, "epoch"));
}

/** The width inside an element's padding, CSS pixels. */
function inner(place) {
  const { paddingLeft, paddingRight } = getComputedStyle(place);
  return Math.floor(place.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight));
}

const written = (value) => (value === null || value === undefined ? "–" : value.toFixed(3));

function numbers(points, open) {
  const columns = [
    ["epoch", "epoch"], ["trainingLoss", "training loss"], ["validationLoss", "validation loss"],
    ["trainingAccuracy", "training accuracy"], ["validationAccuracy", "validation accuracy"],
    ["validationBalancedAccuracy", "balanced accuracy"], ["validationAuc", "AUC"],
  ];
  return element("details", { className: "numbers", open },
    element("summary", { id: "numbers-title" }, "Numbers"),
    element("div", { className: "scroll", tabIndex: 0, id: "numbers", role: "region", "aria-label": "Numbers by epoch" },
      element("table", {},
        element("thead", {}, element("tr", {}, ...columns.map(([, title]) => element("th", { scope: "col" }, title)))),
        element("tbody", {}, ...points.toReversed().map((point) =>
          element("tr", {}, ...columns.map(([name]) =>
            element("td", {}, name === "epoch" ? String(point.epoch) : written(point[name])))))))));
}

/** Draws anew, and gives the focus back to what had it. */
function keepingFocus(place, redraw) {
  const id = place.contains(document.activeElement) ? document.activeElement.id : "";
  redraw();
  if (id) byId(id)?.focus({ preventScroll: true });
}
