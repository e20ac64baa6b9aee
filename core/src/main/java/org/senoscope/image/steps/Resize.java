package org.senoscope.image.steps;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Supplier;
import org.senoscope.files.Json;
import org.senoscope.image.GreyImage;
import org.senoscope.image.Resampling;
import org.senoscope.image.Resampling.Filter;

/**
 * Brings an image to a height and width. What a filter overshoots beyond 0..1 is cut off.
 *
 * @param height rows of the result, 1..16384
 * @param width columns of the result, 1..16384
 * @param fit what to do where the proportions differ
 * @param filter how pixels between pixels are made up; {@link Filter#TRIANGLE} unless something
 *     else is to be reproduced
 */
public record Resize(int height, int width, Fit fit, Filter filter) implements Step {
  /** The step's name. */
  public static final String NAME = "resize";

  private static final int LARGEST = 16_384;

  /** What to do where the proportions of image and result differ. */
  public enum Fit {
    /** The whole image fills the whole result; its proportions change. */
    STRETCH,
    /** The whole image in the middle, black beside it. */
    PAD,
    /** The middle of the image fills the whole result; two sides are cut. */
    CROP;

    /** As written in JSON. */
    public String text() {
      return StepParameters.text(this);
    }
  }

  public Resize {
    if (height < 1 || width < 1 || height > LARGEST || width > LARGEST) {
      throw new IllegalArgumentException(
          "Resize must be to 1..%d rows and columns, was %d × %d"
              .formatted(LARGEST, height, width));
    }
  }

  /** With the filter that is right for most. */
  public Resize(int height, int width, Fit fit) {
    this(height, width, fit, Filter.TRIANGLE);
  }

  static Supplier<Step> read(StepParameters parameters) {
    int height = parameters.wholeNumber("height");
    int width = parameters.wholeNumber("width");
    Fit fit = parameters.choice("fit", Fit.PAD);
    Filter filter = parameters.choice("filter", Filter.TRIANGLE);
    return () -> new Resize(height, width, fit, filter);
  }

  /**
   * Which window of the source lands where in the result: {@code source*} in the source's pixels
   * (may be fractions), {@code top, left, height, width} in the result's. Heatmaps go back by it.
   *
   * @param sourceTop first row of the window
   * @param sourceLeft first column of the window
   * @param sourceHeight rows of the window
   * @param sourceWidth columns of the window
   * @param top first row in the result
   * @param left first column in the result
   * @param height rows in the result
   * @param width columns in the result
   */
  public record Placement(
      double sourceTop,
      double sourceLeft,
      double sourceHeight,
      double sourceWidth,
      int top,
      int left,
      int height,
      int width) {}

  /** Where an image of the given size lands. */
  public Placement placement(int sourceHeight, int sourceWidth) {
    double vertical = (double) height / sourceHeight;
    double horizontal = (double) width / sourceWidth;
    return switch (fit) {
      case STRETCH -> new Placement(0, 0, sourceHeight, sourceWidth, 0, 0, height, width);
      case PAD -> {
        double scale = Math.min(vertical, horizontal);
        int rows = Math.clamp(Math.round(sourceHeight * scale), 1, height);
        int columns = Math.clamp(Math.round(sourceWidth * scale), 1, width);
        yield new Placement(
            0,
            0,
            sourceHeight,
            sourceWidth,
            (height - rows) / 2,
            (width - columns) / 2,
            rows,
            columns);
      }
      case CROP -> {
        double scale = Math.max(vertical, horizontal);
        double rows = Math.min(sourceHeight, height / scale);
        double columns = Math.min(sourceWidth, width / scale);
        yield new Placement(
            (sourceHeight - rows) / 2,
            (sourceWidth - columns) / 2,
            rows,
            columns,
            0,
            0,
            height,
            width);
      }
    };
  }

  @Override
  public Prepared apply(Prepared film) {
    GreyImage image = film.image();
    Placement at = placement(image.height(), image.width());
    return film.moved(resized(image, at), film.geometry().then(at));
  }

  private GreyImage resized(GreyImage image, Placement at) {
    if (at.height == image.height()
        && at.width == image.width()
        && at.height == height
        && at.width == width) {
      return image;
    }
    GreyImage resampled =
        Resampling.window(
            image,
            at.sourceTop,
            at.sourceLeft,
            at.sourceTop + at.sourceHeight,
            at.sourceLeft + at.sourceWidth,
            at.height,
            at.width,
            filter);
    if (filter.overshoots()) {
      float[] pixels = resampled.pixels();
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = Math.clamp(pixels[i], 0, 1);
      }
    }
    if (at.height == height && at.width == width) {
      return resampled;
    }
    float[] padded = new float[height * width];
    for (int row = 0; row < at.height; row++) {
      System.arraycopy(
          resampled.pixels(), row * at.width, padded, (at.top + row) * width + at.left, at.width);
    }
    return new GreyImage(height, width, padded);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public ObjectNode toJson() {
    ObjectNode json =
        Json.object()
            .put("step", NAME)
            .put("height", height)
            .put("width", width)
            .put("fit", fit.text());
    // As bundles had it before there were filters.
    if (filter != Filter.TRIANGLE) {
      json.put("filter", StepParameters.text(filter));
    }
    return json;
  }
}
