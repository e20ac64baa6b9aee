package org.senoscope.study;

import java.util.ArrayList;
import java.util.List;

/**
 * A region of interest on one image: a finding's bounding box.
 *
 * <p>Pixels of the stored image, shape (height, width); origin top-left; half-open. Source: a
 * reader's mark, or the tight box around a lesion mask. Written {@code top:left:bottom:right},
 * several joined by {@code ;}.
 *
 * @param top first row inside, at least 0
 * @param left first column inside, at least 0
 * @param bottom first row below, above {@code top}
 * @param right first column beyond, above {@code left}
 */
public record Roi(int top, int left, int bottom, int right) {
  public Roi {
    if (top < 0 || left < 0 || bottom <= top || right <= left) {
      throw new IllegalArgumentException(
          "Region must be non-empty and start at 0 or later, was rows %d..%d, columns %d..%d"
              .formatted(top, bottom, left, right));
    }
  }

  /** Reads {@code top:left:bottom:right}, several joined by {@code ;}; blank text is none. */
  public static List<Roi> parseAll(String text) {
    List<Roi> regions = new ArrayList<>();
    for (String part : text.strip().split(";", -1)) {
      if (part.isBlank()) {
        continue;
      }
      String[] edges = part.strip().split(":", -1);
      if (edges.length != 4) {
        throw new IllegalArgumentException(
            "Region must read top:left:bottom:right, was \"%s\"".formatted(part));
      }
      regions.add(
          new Roi(
              Integer.parseInt(edges[0]),
              Integer.parseInt(edges[1]),
              Integer.parseInt(edges[2]),
              Integer.parseInt(edges[3])));
    }
    return List.copyOf(regions);
  }

  /** The form that {@link #parseAll} reads. */
  public static String format(List<Roi> regions) {
    return String.join(";", regions.stream().map(Roi::toString).toList());
  }

  @Override
  public String toString() {
    return top + ":" + left + ":" + bottom + ":" + right;
  }
}
