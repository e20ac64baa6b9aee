package org.senoscope.report.sections;

import org.senoscope.report.page.Markup;

/**
 * One part of a report.
 *
 * @param id that links lead to
 * @param title as the table of contents has it
 * @param html what stands under the title
 */
public record Section(String id, String title, String html) {
  /** The whole part, with its heading. */
  public String whole() {
    return new Markup()
        .raw("<section id=\"%s\" aria-labelledby=\"%s-title\">\n".formatted(id, id))
        .element("h2 id=\"%s-title\"".formatted(id), title)
        .raw(html)
        .raw("</section>\n")
        .toString();
  }
}
