package org.senoscope.server.tfs;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Writes JSON with the line breaks and the decimals of TensorFlow Serving: each member of an object
 * on a line of its own, lists either so or on one line, floats in the fewest of six or nine digits
 * that give them back, {@code NaN} and {@code Infinity} as tokens.
 */
final class PrettyJson {
  private static final int FEW_DIGITS = 6;
  private static final int ALL_DIGITS = 9;
  private static final int SMALLEST_EXPONENT = -4;

  private final StringBuilder out = new StringBuilder(256);
  private final String indent;
  private final Deque<Level> levels = new ArrayDeque<>();
  private boolean oneLine;
  private boolean afterKey;

  private static final class Level {
    private final boolean list;
    private int values;

    Level(boolean list) {
      this.list = list;
    }
  }

  /** A writer of nothing yet, with so many spaces for each level. */
  PrettyJson(int indent) {
    this.indent = " ".repeat(indent);
  }

  /** Whether the values of lists follow each other on one line, from here on. */
  PrettyJson listsOnOneLine(boolean on) {
    oneLine = on;
    return this;
  }

  /** Begins an object. */
  PrettyJson object() {
    return open('{', false);
  }

  /** Ends an object. */
  PrettyJson endObject() {
    if (levels.pop().values > 0) {
      newLine();
    }
    out.append('}');
    return this;
  }

  /** Begins a list. */
  PrettyJson list() {
    return open('[', true);
  }

  /** Ends a list. */
  PrettyJson endList() {
    if (levels.pop().values > 0 && !oneLine) {
      newLine();
    }
    out.append(']');
    return this;
  }

  /** The name of an object's next member. */
  PrettyJson key(String name) {
    before();
    quote(name);
    out.append(": ");
    afterKey = true;
    return this;
  }

  /** A text. */
  PrettyJson text(String value) {
    before();
    quote(value);
    return this;
  }

  /** A truth. */
  PrettyJson truth(boolean value) {
    before();
    out.append(value);
    return this;
  }

  /** A float. */
  PrettyJson number(float value) {
    before();
    out.append(decimal(value));
    return this;
  }

  /** What was written. */
  @Override
  public String toString() {
    return out.toString();
  }

  /** A float in the fewest of six or nine digits that give it back. */
  static String decimal(float value) {
    if (Float.isNaN(value)) {
      return "NaN";
    }
    if (Float.isInfinite(value)) {
      return value > 0 ? "Infinity" : "-Infinity";
    }
    String text = general(value, FEW_DIGITS);
    if (Float.parseFloat(text) != value) {
      text = general(value, ALL_DIGITS);
    }
    // A list of whole numbers and others would leave its reader in doubt of the type.
    return text.contains(".") || text.contains("e") ? text : text + ".0";
  }

  /** C's {@code %.<digits>g}. */
  private static String general(float value, int digits) {
    if (value == 0) {
      return 1 / value < 0 ? "-0" : "0";
    }
    BigDecimal rounded =
        new BigDecimal(value)
            .round(new MathContext(digits, RoundingMode.HALF_EVEN))
            .stripTrailingZeros();
    int exponent = rounded.precision() - rounded.scale() - 1;
    if (exponent >= SMALLEST_EXPONENT && exponent < digits) {
      return rounded.toPlainString();
    }
    String all = rounded.unscaledValue().abs().toString();
    return "%s%s%s%se%s%02d"
        .formatted(
            value < 0 ? "-" : "",
            all.substring(0, 1),
            all.length() > 1 ? "." : "",
            all.substring(1),
            exponent < 0 ? "-" : "+",
            Math.abs(exponent));
  }

  private PrettyJson open(char bracket, boolean list) {
    before();
    out.append(bracket);
    levels.push(new Level(list));
    return this;
  }

  private void before() {
    if (afterKey) {
      afterKey = false;
      return;
    }
    Level level = levels.peek();
    if (level == null) {
      return;
    }
    boolean sameLine = level.list && oneLine;
    if (level.values++ > 0) {
      out.append(sameLine ? ", " : ",");
    }
    if (!sameLine) {
      newLine();
    }
  }

  private void newLine() {
    out.append('\n').append(indent.repeat(levels.size()));
  }

  private void quote(String text) {
    out.append('"');
    JsonStringEncoder.getInstance().quoteAsString(text, out);
    out.append('"');
  }
}
