package org.senoscope.report.page;

import java.util.Locale;

/** Builds HTML and SVG text; everything that comes from outside is escaped. */
public final class Markup {
  private final StringBuilder text = new StringBuilder();

  /** Text as it may stand between tags and within quoted attributes. */
  public static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  /** A length or coordinate with at most two decimals. */
  public static String number(double value) {
    return String.format(Locale.ROOT, "%.2f", value).replaceFirst("\\.?0+$", "");
  }

  /** Adds markup as it is. */
  public Markup raw(String markup) {
    text.append(markup);
    return this;
  }

  /** Adds text, escaped. */
  public Markup text(String plain) {
    text.append(escape(plain));
    return this;
  }

  /** Adds an element with text. */
  public Markup element(String tag, String plain) {
    return raw("<" + tag + ">").text(plain).raw("</" + tag.split(" ", 2)[0] + ">\n");
  }

  /** Adds a straight line. */
  public Markup line(double x1, double y1, double x2, double y2, String style) {
    return raw(
        "<line class=\"%s\" x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\"/>\n"
            .formatted(style, number(x1), number(y1), number(x2), number(y2)));
  }

  /** Adds words at a point. */
  public Markup words(double x, double y, String style, String plain) {
    return raw("<text class=\"%s\" x=\"%s\" y=\"%s\">".formatted(style, number(x), number(y)))
        .text(plain)
        .raw("</text>\n");
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
