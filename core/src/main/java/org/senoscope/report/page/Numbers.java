package org.senoscope.report.page;

import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.senoscope.evaluate.metrics.Estimate;

/** Numbers, and commands, as reports print them. */
public final class Numbers {
  private Numbers() {}

  /** A share with three digits. */
  public static String share(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }

  /** A number as a person writes it: no digits more than it needs. */
  public static String plain(double number) {
    return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
  }

  /** A share such as {@code 90%}, likewise. */
  public static String percent(double share) {
    return plain(BigDecimal.valueOf(share).movePointRight(2).doubleValue()) + "%";
  }

  /** A p-value; a dash for none. */
  public static String p(double p) {
    if (Double.isNaN(p)) {
      return "–";
    }
    return p < 0.001 ? "< 0.001" : String.format(Locale.ROOT, "%.3f", p);
  }

  /** Such as {@code 0.874 to 0.941}. */
  public static String interval(Estimate estimate) {
    return estimate.hasInterval()
        ? share(estimate.low()) + " to " + share(estimate.high())
        : "no interval";
  }

  /** A command's words as a shell takes them. */
  public static String shell(List<String> command) {
    return command.stream()
        .map(
            word ->
                word.matches("[A-Za-z0-9_./:=@%+,-]+")
                    ? word
                    : "'" + word.replace("'", "'\\''") + "'")
        .collect(Collectors.joining(" "));
  }

  /** Such as {@code 1 image}, {@code 2 images}. */
  public static String count(int n, String one) {
    return n + " " + one + (n == 1 ? "" : "s");
  }
}
