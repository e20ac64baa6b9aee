// A model card's Markdown as elements: headings, paragraphs, lists, tables, code, emphasis, links.
// What it does not know it shows as text; it never makes markup from the card's words.

import { element } from "/dom.js";

/** The elements of a Markdown text; headings begin at the third level. */
export function markdown(text) {
  const lines = text.replace(/\r/g, "").split("\n");
  const made = [];
  let at = lines[0] === "---" ? lines.indexOf("---", 1) + 1 : 0;
  while (at < lines.length) {
    const line = lines[at];
    if (line.trim() === "") {
      at++;
    } else if (line.startsWith("```")) {
      const end = lines.findIndex((other, i) => i > at && other.startsWith("```"));
      const stop = end < 0 ? lines.length : end;
      made.push(element("pre", { tabIndex: 0 }, element("code", {}, lines.slice(at + 1, stop).join("\n"))));
      at = stop + 1;
    } else if (/^#{1,6} /.test(line)) {
      const level = Math.min(6, line.indexOf(" ") + 2);
      made.push(element(`h${level}`, {}, ...inline(line.replace(/^#+ /, ""))));
      at++;
    } else if (line.startsWith("|")) {
      const end = after(lines, at, (other) => other.startsWith("|"));
      made.push(table(lines.slice(at, end)));
      at = end;
    } else if (/^\s*([-*]|\d+\.) /.test(line)) {
      const end = after(lines, at, (other) => /^\s*([-*]|\d+\.) /.test(other) || /^\s{2,}\S/.test(other));
      made.push(list(lines.slice(at, end)));
      at = end;
    } else if (line.startsWith("> ") || /^ {4}/.test(line)) {
      const end = after(lines, at, (other) => other.startsWith(">") || /^ {4}/.test(other));
      const words = lines.slice(at, end).map((other) => other.replace(/^(> ?| {4})/, ""));
      made.push(
        line.startsWith(">")
          ? element("blockquote", {}, ...inline(words.join(" ")))
          : element("pre", { tabIndex: 0 }, element("code", {}, words.join("\n"))));
      at = end;
    } else {
      const end = after(lines, at, (other) => other.trim() !== "" && !/^(#{1,6} |```|\||\s*([-*]|\d+\.) )/.test(other));
      made.push(element("p", {}, ...inline(lines.slice(at, end).join(" "))));
      at = end;
    }
  }
  return made;
}

/** The first line after a place that is no longer of its kind. */
function after(lines, at, same) {
  let end = at + 1;
  while (end < lines.length && same(lines[end])) end++;
  return end;
}

function list(lines) {
  const made = element(/^\s*\d/.test(lines[0]) ? "ol" : "ul");
  for (const line of lines) {
    const item = line.match(/^\s*(?:[-*]|\d+\.) (.*)$/);
    if (item) {
      made.append(element("li", {}, ...inline(item[1])));
    } else {
      made.lastElementChild?.append(" ", ...inline(line.trim()));
    }
  }
  return made;
}

function table(lines) {
  const rows = lines.map((line) => line.replace(/^\||\|\s*$/g, "").split("|").map((cell) => cell.trim()));
  const [head, ...body] = rows.filter((row) => !row.every((cell) => /^:?-+:?$/.test(cell)));
  return element("div", { className: "scroll", tabIndex: 0 },
    element("table", {},
      element("thead", {}, element("tr", {}, ...head.map((cell) => element("th", { scope: "col" }, ...inline(cell))))),
      element("tbody", {}, ...body.map((row) =>
        element("tr", {}, ...row.map((cell) => element("td", {}, ...inline(cell))))))));
}

/** The words, links and emphasis of one line. */
export function inline(text) {
  const made = [];
  const pattern = /`([^`]+)`|\*\*([^*]+)\*\*|\*([^*]+)\*|\[([^\]]+)\]\((https?:\/\/[^)\s]+)\)|(https:\/\/[^\s)<>]*[^\s)<>.,;:])/g;
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    made.push(text.slice(from, match.index));
    const [all, code, strong, emphasis, words, address, bare] = match;
    if (code) made.push(element("code", {}, code));
    else if (strong) made.push(element("strong", {}, ...inline(strong)));
    else if (emphasis) made.push(element("em", {}, ...inline(emphasis)));
    else made.push(element("a", { href: address ?? bare, target: "_blank", rel: "noopener noreferrer" }, words ?? bare));
    from = match.index + all.length;
  }
  made.push(text.slice(from));
  return made.filter((part) => part !== "");
}
