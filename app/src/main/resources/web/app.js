// The page: images in (dropped, chosen, pasted, or a sample clicked), answers out; and, where the
// server follows runs, the view of their training.

import * as api from "/api.js";
import { showCrop } from "/crop.js";
import { byId, element, number, say } from "/dom.js";
import { inline, markdown } from "/markdown.js";
import { refused, showNothing, showPrediction, showRefusal, showWaiting } from "/result.js";
import { hideTraining, showTraining } from "/training.js";

/** What this page knows: the rows of the session, the newest first, which is shown, what is cropped. */
const state = { model: null, models: [], rows: [], shown: null, cropping: null };

start();

async function start() {
  showNothing();
  listenForImages();
  listenForCard();
  listenForSigns();
  addEventListener("hashchange", showView);
  document.querySelector(".skip").addEventListener("click", (event) => {
    event.preventDefault(); // the address names the view
    byId(byId("training-view").hidden ? "result" : "run").focus();
  });
  try {
    const [models, samples, earlier, runs] =
      await Promise.all([api.models(), api.samples(), api.predictions(), api.runs()]);
    byId("views").hidden = !runs.follows;
    showView();
    showModels(models);
    showSamples(samples);
    state.rows = earlier.predictions.map((prediction) => ({ name: prediction.file, prediction }));
    drawSession();
    const linkedRow = state.rows.find((row) => `#${row.prediction.id}` === location.hash);
    if (linkedRow) show(linkedRow);
  } catch (refusal) {
    showRefusal("", refusal);
  }
}

/** Unfolds the signs that a doctor should see, from wherever on the page. */
function listenForSigns() {
  byId("to-signs").addEventListener("click", (event) => {
    event.preventDefault(); // the address names the view, and what is shown
    if (!byId("training-view").hidden) {
      history.replaceState(null, "", "#predict");
      showView();
    }
    byId("signs").querySelector("details").open = true;
    byId("signs").querySelector("summary").focus({ preventScroll: true });
    byId("signs").scrollIntoView({ block: "start" });
  });
}

/** Shows the view that the address names. */
function showView() {
  const [view, name] = location.hash.slice(1).split("/");
  const training = view === "training" && !byId("views").hidden;
  byId("predict-view").hidden = training;
  byId("model-choice").hidden = training;
  byId("training-view").hidden = !training;
  for (const [link, on] of [["to-predict", !training], ["to-training", training]]) {
    if (on) byId(link).setAttribute("aria-current", "page");
    else byId(link).removeAttribute("aria-current");
  }
  if (training) showTraining(name === undefined ? null : decodeURIComponent(name));
  else hideTraining();
}

function showModels({ models, version }) {
  state.models = models;
  byId("version").textContent = `Senoscope ${version}`;
  const select = byId("model");
  const titles = new Set(models.map((model) => model.title));
  const worded = (model) => (titles.size === models.length ? model.title : `${model.name} (${model.title})`);
  select.replaceChildren(...models.map((model) => element("option", { value: model.name }, worded(model))));
  select.hidden = models.length < 2;
  byId("model-name").hidden = models.length > 1;
  byId("model-name").textContent = models[0].title;
  byId("open-card").disabled = false;
  state.model = models[0].name;
  select.addEventListener("change", () => {
    state.model = select.value;
    const { cropping } = state;
    if (cropping) cropFirst(cropping.item, cropping.earlier); // another model may ask for a mark
  });
}

function showSamples({ samples, credit }) {
  if (samples.length === 0) return;
  const groups = Map.groupBy(samples, (sample) => sample.label);
  for (const [label, members] of groups) {
    const row = element("div", { className: "sample-row" });
    members.forEach((sample, i) => {
      const name = `Sample: ${label} ${i + 1}`;
      const button = element("button", { type: "button", className: "sample", title: name, "aria-label": name },
        element("img", { src: sample.image, alt: "", loading: "lazy", width: 96, height: 68 }));
      button.addEventListener("click", async () => {
        try {
          const file = await api.sampleFile(sample);
          if (asksMark()) cropFirst({ file, truth: label });
          else await take([{ file, truth: label }]);
        } catch (refusal) {
          showRefusal(sample.name, refusal);
        }
      });
      row.append(button);
    });
    byId("sample-groups").append(
      element("div", { className: "sample-group", role: "group", "aria-label": label },
        element("p", { className: "quiet sample-label", "aria-hidden": "true" }, label), row));
  }
  byId("sample-credit").append(...inline(credit));
  byId("samples").hidden = false;
}

function listenForImages() {
  const input = byId("files");
  input.addEventListener("change", () => {
    const files = [...input.files];
    input.value = "";
    receive(files);
  });
  document.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length > 0) receive(files);
  });
  const drop = byId("drop");
  let inside = 0;
  document.addEventListener("dragenter", () => drop.classList.toggle("over", ++inside > 0));
  document.addEventListener("dragleave", () => drop.classList.toggle("over", --inside > 0));
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    inside = 0;
    drop.classList.remove("over");
    receive([...event.dataTransfer.files]);
  });
}

/** Whether the chosen model must be told where a reader marked a finding. */
const asksMark = () => state.models.find((model) => model.name === state.model)?.needsRoi === true;

/** One image may be cropped first; several are sent as they are. */
function receive(files) {
  if (!byId("training-view").hidden) location.hash = "#predict";
  if (files.length === 1) cropFirst({ file: files[0], truth: null });
  else take(files.map((file) => ({ file, truth: null })));
}

/**
 * Lets a person choose a part of an image, and then sends it.
 *
 * @param {{file: File, truth: ?string}} item
 * @param {?object} earlier what a model said of it, whose pictures the server has
 */
function cropFirst(item, earlier = null) {
  const cropping = { item, earlier };
  state.cropping = cropping;
  state.shown = null;
  const mark = asksMark();
  const blobs = [];
  const address = (blob) => {
    blobs.push(URL.createObjectURL(blob));
    return blobs.at(-1);
  };
  const send = (how) => {
    if (state.cropping !== cropping) return; // another image came meanwhile
    blobs.forEach((blob) => URL.revokeObjectURL(blob));
    take([{ ...item, ...how }]);
  };
  const choose = (source, size, cannotShow) => showCrop(
    { name: item.file.name || "image", source, size, crop: earlier?.crop ?? null },
    mark,
    (part) => send(mark ? { roi: part ?? "none" } : { crop: part }),
    cannotShow);
  // No image: the server says why. That nothing was found is not said of what nobody saw.
  const nobodySees = () => send({});
  // A kind of file that the browser cannot show, the server may.
  const fromServer = async () => {
    try {
      const { picture, height, width } = await api.picture(item.file, 1600);
      if (state.cropping === cropping) choose(address(picture), { height, width }, nobodySees);
    } catch {
      nobodySees();
    }
  };
  if (earlier === null) choose(address(item.file), null, fromServer);
  else choose(`${earlier.image}?whole=true&longest=1600`, earlier, nobodySees);
  drawSession();
  toResult();
}

let line = Promise.resolve();

/** Sends images one after the other, in the order they came. */
function take(items) {
  const rows = items.map((item) => ({ ...item, name: item.file.name || "image", waiting: true }));
  state.rows.unshift(...rows.toReversed());
  if (rows.length > 0) {
    state.cropping = null;
    show(rows[0]);
  }
  for (const row of rows) {
    line = line.then(() => send(row));
  }
  return line;
}

async function send(row) {
  try {
    const more = {};
    if (row.crop) more.crop = row.crop;
    if (row.roi) more.roi = row.roi;
    row.prediction = await api.predict(row.file, state.model, more);
    row.name = row.prediction.file;
  } catch (refusal) {
    row.refusal = refusal;
  }
  row.waiting = false;
  say(spoken(row));
  const free = state.cropping === null && (state.shown === null || state.shown.waiting === false);
  if (state.shown === row || free) show(row);
  else drawSession();
}

function spoken(row) {
  if (row.refusal) return `${row.name}: ${row.refusal.title}. ${row.refusal.message}`;
  const { decision, label, scores, reason } = row.prediction;
  return decision === "refer"
    ? `${called(row)}: ${refused(row.prediction) ? "not answered" : "refer to a reader"}. ${reason}`
    : `${called(row)}: ${label}, score ${number(scores[label])}.`;
}

/** An image's name, and whether a part of it is meant. */
const called = (row) => (row.prediction?.crop || row.crop ? `${row.name} (cropped)` : row.name);

/** Shows a row of the session in the result panel. */
function show(row) {
  const first = state.shown !== row;
  state.shown = row;
  state.cropping = null;
  if (row.preview && !row.waiting) {
    URL.revokeObjectURL(row.preview);
    row.preview = null;
  }
  if (row.waiting) {
    row.preview ??= URL.createObjectURL(row.file);
    showWaiting(row.name, row.preview);
  } else if (row.refusal) {
    showRefusal(row.name, row.refusal);
  } else {
    const again = row.file ? () => cropFirst({ file: row.file, truth: row.truth }, row.prediction) : null;
    showPrediction(row.prediction, row.truth, row.roi ?? null, again);
    if (byId("training-view").hidden) history.replaceState(null, "", `#${row.prediction.id}`);
  }
  drawSession();
  if (first) toResult();
}

/** On a phone the result is further down. */
function toResult() {
  if (matchMedia("(max-width: 56rem)").matches) {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    byId("result").scrollIntoView({ behavior: still ? "auto" : "smooth", block: "start" });
  }
}

function drawSession() {
  const list = byId("session");
  const focused = list.contains(document.activeElement);
  list.replaceChildren(...state.rows.slice(0, 200).map(sessionRow));
  if (focused) list.querySelector("[aria-current]")?.focus();
  byId("session-empty").hidden = state.rows.length > 0;
}

function sessionRow(row) {
  const refers = row.prediction?.decision === "refer";
  const words = row.waiting
    ? "waiting…"
    : row.refusal
      ? row.refusal.title
      : refers ? "refer" : `${row.prediction.label} ${number(row.prediction.scores[row.prediction.label])}`;
  const thumb = row.prediction
    ? element("img", { src: `${row.prediction.image}?longest=96`, alt: "", loading: "lazy", width: 44, height: 32 })
    : element("span", { className: row.waiting ? "dot spinning" : "dot" });
  thumb.addEventListener("error", () => thumb.replaceWith(element("span", { className: "dot" })));
  const button = element("button", { type: "button", className: "session-row" },
    thumb,
    element("span", { className: "session-name" }, called(row)),
    element("span", { className: row.refusal || refers ? "session-words marked" : "session-words" }, words));
  if (row === state.shown) button.setAttribute("aria-current", "true");
  button.addEventListener("click", () => show(row));
  return element("li", {}, button);
}

function listenForCard() {
  const card = byId("card");
  byId("open-card").addEventListener("click", async () => {
    const body = byId("card-body");
    body.replaceChildren(element("p", { className: "quiet" }, "loading…"));
    card.showModal();
    try {
      const model = await api.model(state.model);
      byId("card-title").textContent = `Model card: ${model.title}`;
      body.replaceChildren(...markdown(model.card));
    } catch (refusal) {
      body.replaceChildren(element("p", {}, refusal.message));
    }
  });
  byId("close-card").addEventListener("click", () => card.close());
  card.addEventListener("click", (event) => {
    if (event.target === card) card.close(); // the backdrop
  });
}
