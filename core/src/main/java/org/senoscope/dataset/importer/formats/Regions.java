package org.senoscope.dataset.importer.formats;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.senoscope.study.Roi;

/** Boxes as tables write them, brought to whole pixels within the image. */
final class Regions {
  private static final Pattern NUMBER = Pattern.compile("-?\\d+(\\.\\d+)?");

  private Regions() {}

  /** The nearest whole pixels within the image; empty when nothing is left. */
  static Optional<Roi> clipped(
      double top, double left, double bottom, double right, int height, int width) {
    int first = Math.clamp(Math.round(top), 0, height);
    int last = Math.clamp(Math.round(bottom), 0, height);
    int west = Math.clamp(Math.round(left), 0, width);
    int east = Math.clamp(Math.round(right), 0, width);
    return last > first && east > west
        ? Optional.of(new Roi(first, west, last, east))
        : Optional.empty();
  }

  /**
   * Boxes of four numbers each: x, y, width, height, in pixels from the top-left, parted by
   * anything that is no number.
   *
   * @throws IllegalArgumentException when the numbers are not by fours
   */
  static List<double[]> xywh(String text) {
    List<Double> numbers = new ArrayList<>();
    for (Matcher matcher = NUMBER.matcher(text); matcher.find(); ) {
      numbers.add(Double.valueOf(matcher.group()));
    }
    if (numbers.size() % 4 != 0) {
      throw new IllegalArgumentException(
          "boxes must be x y width height each, were %d numbers".formatted(numbers.size()));
    }
    List<double[]> boxes = new ArrayList<>();
    for (int i = 0; i < numbers.size(); i += 4) {
      double x = numbers.get(i);
      double y = numbers.get(i + 1);
      boxes.add(new double[] {y, x, y + numbers.get(i + 3), x + numbers.get(i + 2)});
    }
    return boxes;
  }
}
