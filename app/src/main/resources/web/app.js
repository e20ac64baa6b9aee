// The page: images in (dropped, chosen, pasted, or a sample clicked), answers out.

import * as api from "/api.js";
import { byId, element, number, say } from "/dom.js";
import { inline, markdown } from "/markdown.js";
import { showNothing, showPrediction, showRefusal, showWaiting } from "/result.js";

/** What this page knows: the rows of the session, the newest first, and which is shown. */
const state = { model: null, rows: [], shown: null };

start();

async function start() {
  showNothing();
  listenForImages();
  listenForCard();
  try {
    const [models, samples, earlier] = await Promise.all([api.models(), api.samples(), api.predictions()]);
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

function showModels({ models, version }) {
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
          await take([await api.sampleFile(sample)], label);
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
    take(files);
  });
  document.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length > 0) take(files);
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
    take([...event.dataTransfer.files]);
  });
}

let line = Promise.resolve();

/** Sends images one after the other, in the order they came. */
function take(files, truth = null) {
  const rows = files.map((file) => ({ name: file.name || "image", file, truth, waiting: true }));
  state.rows.unshift(...rows.toReversed());
  if (rows.length > 0) show(rows[0]);
  for (const row of rows) {
    line = line.then(() => send(row));
  }
  return line;
}

async function send(row) {
  try {
    row.prediction = await api.predict(row.file, state.model);
    row.name = row.prediction.file;
  } catch (refusal) {
    row.refusal = refusal;
  }
  row.waiting = false;
  row.file = null;
  say(spoken(row));
  if (state.shown === row || state.shown === null || state.shown.waiting === false) show(row);
  else drawSession();
}

function spoken(row) {
  if (row.refusal) return `${row.name}: ${row.refusal.title}. ${row.refusal.message}`;
  const { decision, label, scores, reason } = row.prediction;
  return decision === "refer"
    ? `${row.name}: refer to a reader. ${reason}`
    : `${row.name}: ${label}, score ${number(scores[label])}.`;
}

/** Shows a row of the session in the result panel. */
function show(row) {
  const first = state.shown !== row;
  state.shown = row;
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
    showPrediction(row.prediction, row.truth);
    history.replaceState(null, "", `#${row.prediction.id}`);
  }
  drawSession();
  if (first && matchMedia("(max-width: 56rem)").matches) {
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
    element("span", { className: "session-name" }, row.name),
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
