// The native API: every fetch of the page goes through here.

/** A refusal that the server explained (RFC 9457), or the words for a server that is not there. */
export class Refusal extends Error {
  constructor(title, detail, status) {
    super(detail);
    this.title = title;
    this.status = status;
  }
}

async function ask(path, options = {}) {
  let answer;
  try {
    answer = await fetch(path, { credentials: "same-origin", ...options });
  } catch {
    throw new Refusal("The server does not answer", "Is it still running? Try again.", 0);
  }
  if (answer.ok) return answer;
  const type = answer.headers.get("content-type") ?? "";
  if (type.startsWith("application/problem+json")) {
    const problem = await answer.json();
    throw new Refusal(problem.title, problem.detail, problem.status);
  }
  throw new Refusal("The server refused", `Status ${answer.status}`, answer.status);
}

const json = async (path, options) => (await ask(path, options)).json();

export const models = () => json("/api/v1/models");
export const model = (name) => json(`/api/v1/models/${encodeURIComponent(name)}`);
export const samples = () => json("/api/v1/samples");
export const predictions = () => json("/api/v1/predictions?limit=100");

/** The runs that the server follows, the last written first. */
export const runs = () => json("/api/v1/runs");
export const run = (name) => json(`/api/v1/runs/${encodeURIComponent(name)}`);

/** The bytes of a sample as a file. */
export async function sampleFile(sample) {
  const blob = await (await ask(sample.image)).blob();
  return new File([blob], sample.name, { type: blob.type });
}

/**
 * Sends an image to a model; a busy server is asked again as it says, twice.
 *
 * @param {object} more parameters, such as the crop
 */
export async function predict(file, modelName, more = {}) {
  const query = new URLSearchParams({ model: modelName, ...more });
  return (await send(`/api/v1/predictions?${query}`, file)).json();
}

/**
 * An image as the server reads it, upright, for a kind of file that the browser cannot show.
 *
 * @return {{picture: Blob, height: number, width: number}} the size is the image's own
 */
export async function picture(file, longest) {
  const answer = await send(`/api/v1/pictures?longest=${longest}`, file);
  const size = (side) => Number(answer.headers.get(`Senoscope-Image-${side}`));
  return { picture: await answer.blob(), height: size("Height"), width: size("Width") };
}

async function send(path, file) {
  for (let attempt = 0; ; attempt++) {
    const form = new FormData();
    form.append("file", file, file.name || "image");
    try {
      return await ask(path, { method: "POST", body: form });
    } catch (refusal) {
      if (refusal.status !== 503 || attempt >= 2) throw refusal;
      await new Promise((done) => setTimeout(done, 2000));
    }
  }
}
