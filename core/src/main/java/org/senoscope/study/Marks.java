package org.senoscope.study;

import java.util.List;

/**
 * What readers marked on one image: their regions, or that they looked and marked nothing, or that
 * nobody was asked. The three differ: a step that crops around a mark cannot work where nobody was
 * asked.
 *
 * @param known whether a reader was asked
 * @param regions the marks, pixels of the image as read; none where nobody was asked
 */
public record Marks(boolean known, List<Roi> regions) {
  /** Nobody was asked: an image that came without anything beside it. */
  public static final Marks UNKNOWN = new Marks(false, List.of());

  /** Readers looked, and marked nothing. */
  public static final Marks NONE = new Marks(true, List.of());

  private static final String NOTHING = "none";

  public Marks {
    regions = List.copyOf(regions);
    if (!known && !regions.isEmpty()) {
      throw new IllegalArgumentException("Regions that nobody marked cannot be known");
    }
  }

  /** The marks of an image of a data set; no region means that nothing was marked. */
  public static Marks of(List<Roi> regions) {
    return new Marks(true, regions);
  }

  /**
   * Reads {@code none} or {@code top:left:bottom:right}, several joined by {@code ;}.
   *
   * @throws IllegalArgumentException when it is neither
   */
  public static Marks parse(String text) {
    if (text.strip().equals(NOTHING)) {
      return NONE;
    }
    List<Roi> regions;
    try {
      regions = Roi.parseAll(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "Region must read top:left:bottom:right in whole pixels, was \"%s\"".formatted(text), e);
    }
    if (regions.isEmpty()) {
      throw new IllegalArgumentException(
          "Name a region as top:left:bottom:right, or none; nothing was given");
    }
    return of(regions);
  }
}
