package org.senoscope.report.page;

import java.util.ArrayList;
import java.util.List;

/** A table that scrolls where the page is narrow, also by keyboard. */
public final class Table {
  private final String caption;
  private final List<String> header;
  private final List<String> styles = new ArrayList<>();
  private final List<List<String>> rows = new ArrayList<>();

  /**
   * An empty table.
   *
   * @param caption what it shows, for those who cannot see it
   * @param header the columns' names, each optionally after its style and a colon: {@code
   *     number:value}, {@code interval:AUC}, {@code method:by}
   */
  public Table(String caption, String... header) {
    this.caption = caption;
    this.header = new ArrayList<>();
    for (String column : header) {
      int colon = column.indexOf(':');
      styles.add(colon < 0 ? "" : column.substring(0, colon));
      this.header.add(column.substring(colon + 1));
    }
  }

  /** Adds a row of plain text. */
  public Table row(String... cells) {
    return row(List.of(cells));
  }

  /** Adds a row of plain text. */
  public Table row(List<String> cells) {
    if (cells.size() != header.size()) {
      throw new IllegalArgumentException(
          "A row has %d cells, was %s".formatted(header.size(), cells));
    }
    rows.add(List.copyOf(cells));
    return this;
  }

  /** The table as markup. */
  public String html() {
    Markup page =
        new Markup()
            .raw("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"")
            .text(caption)
            .raw("\"><table>\n<thead><tr>");
    for (int column = 0; column < header.size(); column++) {
      page.element("th scope=\"col\"" + style(column), header.get(column));
    }
    page.raw("</tr></thead>\n<tbody>\n");
    for (List<String> row : rows) {
      page.raw("<tr>");
      for (int column = 0; column < row.size(); column++) {
        page.element((column == 0 ? "th scope=\"row\"" : "td") + style(column), row.get(column));
      }
      page.raw("</tr>\n");
    }
    return page.raw("</tbody></table></div>\n").toString();
  }

  private String style(int column) {
    return styles.get(column).isEmpty() ? "" : " class=\"%s\"".formatted(styles.get(column));
  }
}
