package org.senoscope.work;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds what a person probably meant, for errors about unknown names. */
public final class Suggestions {
  private Suggestions() {}

  /** The known name with the fewest letters to change; empty when nothing is known. */
  public static Optional<String> nearest(String name, Collection<String> known) {
    return known.stream()
        .min(Comparator.comparingInt(each -> distance(normal(name), normal(each))));
  }

  /** The nearest, if it is near enough for a slip: one letter in three, three at most. */
  public static Optional<String> near(String name, Collection<String> known) {
    int allowed = Math.clamp((name.length() + 1) / 3, 1, 3);
    return nearest(name, known).filter(each -> distance(normal(name), normal(each)) <= allowed);
  }

  /** {@code "fti" is not known, did you mean "fit"?} with all that are known. */
  public static String unknown(String what, String name, Collection<String> known) {
    return nearest(name, known)
        .map(
            each ->
                "%s \"%s\" is not known, nearest is \"%s\" (known: %s)"
                    .formatted(what, name, each, String.join(", ", known)))
        .orElseGet(() -> "%s \"%s\" is not known, and none is".formatted(what, name));
  }

  private static String normal(String name) {
    return name.toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Letters to insert, drop or replace (Levenshtein). */
  private static int distance(String a, String b) {
    int[] above = new int[b.length() + 1];
    for (int column = 0; column <= b.length(); column++) {
      above[column] = column;
    }
    for (int row = 1; row <= a.length(); row++) {
      int[] here = new int[b.length() + 1];
      here[0] = row;
      for (int column = 1; column <= b.length(); column++) {
        int replaced = above[column - 1] + (a.charAt(row - 1) == b.charAt(column - 1) ? 0 : 1);
        here[column] = Math.min(replaced, 1 + Math.min(above[column], here[column - 1]));
      }
      above = here;
    }
    return above[b.length()];
  }
}
