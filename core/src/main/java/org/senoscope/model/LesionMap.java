package org.senoscope.model;

import org.senoscope.image.Contours;
import org.senoscope.image.steps.Geometry;
import org.senoscope.study.Outline;

/**
 * Where in the prepared image a mask head takes the image for lesion: probabilities of shape
 * (height, width), coarser than the image. It is no heatmap: it tells of no label, even where
 * labels are told from the places that it names.
 *
 * @param height rows
 * @param width columns
 * @param values row by row, 0..1; not to be written
 */
@SuppressWarnings("ArrayRecordComponent") // shared, as the pixels of an image are
public record LesionMap(int height, int width, float[] values) {
  /** From which probability a place is drawn as lesion. */
  public static final float LEVEL = 0.5f;

  public LesionMap {
    if (height < 1 || width < 1 || (long) height * width != values.length) {
      throw new IllegalArgumentException(
          "A map of %d rows and %d columns cannot hold %d values"
              .formatted(height, width, values.length));
    }
  }

  /**
   * The lines around what is likelier lesion than not, in the image as read. Specks smaller than a
   * place of the map are left out.
   *
   * @param geometry where the prepared image lies in the image as read
   * @param input whose prepared size the map is of
   */
  public Outline outline(Geometry geometry, InputDescription input) {
    return new Outline(
        Contours.of(values, height, width, LEVEL).stream()
            .filter(ring -> Contours.area(ring) >= 1)
            .map(
                ring ->
                    ring.stream()
                        .map(
                            point ->
                                new Outline.Corner(
                                    read(
                                        geometry.columns(), point.column() / width * input.width()),
                                    read(geometry.rows(), point.row() / height * input.height())))
                        .toList())
            .toList());
  }

  /** The place as read of a prepared place; at the edge where that lies beyond it. */
  private static double read(Geometry.Axis axis, double prepared) {
    return Math.clamp((prepared - axis.shift()) / axis.scale(), 0, axis.length());
  }
}
