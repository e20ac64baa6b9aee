package org.senoscope.report.page;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The frame of a report: one file that needs nothing else and runs nothing. */
public final class Page {
  private Page() {}

  /**
   * Begins a page.
   *
   * @param title of the page
   * @param style resource with its style sheet
   */
  public static Markup begin(String title, String style) throws IOException {
    return new Markup()
        .raw("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        .raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
        .element("title", title)
        .raw("<style>\n" + resource(style) + "</style>\n</head>\n<body>\n")
        .raw("<a class=\"skip\" href=\"#main\">To the figures</a>\n");
  }

  /** Adds the table of contents: titles by the part's id. */
  public static void contents(Markup page, Map<String, String> titles) {
    page.raw("<nav aria-label=\"Contents\">\n<ol>\n");
    titles.forEach(
        (id, title) -> page.raw("<li><a href=\"#" + id + "\">").text(title).raw("</a></li>\n"));
    page.raw("</ol>\n</nav>\n");
  }

  /** Ends a page with a last word. */
  public static String end(Markup page, String last) {
    return page.raw("<footer>\n")
        .element("p", last)
        .raw("</footer>\n</body>\n</html>\n")
        .toString();
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = Page.class.getResourceAsStream("/org/senoscope/report/" + name)) {
      if (in == null) {
        throw new IllegalStateException("The jar lacks its resource " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
