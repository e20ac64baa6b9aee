// Small helpers to build the page without markup in strings.

/**
 * An element with properties and children.
 *
 * @param {string} tag such as "p"
 * @param {object} properties set on the element; those with a dash as attributes
 * @param {...(Node|string)} children
 */
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes("-") || name === "role" || name === "for") {
      made.setAttribute(name, value);
    } else {
      made[name] = value;
    }
  }
  made.append(...children);
  return made;
}

/** An element of a drawing, with attributes. */
export function svg(tag, attributes) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

/** The element of an id. */
export const byId = (id) => document.getElementById(id);

/** A score as people read it: two places, never a false 0.00 or 1.00. */
export function number(score) {
  if (score > 0 && score < 0.005) return "<0.01";
  if (score < 1 && score > 0.995) return ">0.99";
  return score.toFixed(2);
}

/** Tells those who listen to the page. */
export function say(text) {
  byId("status").textContent = text;
}
