package org.senoscope.image.steps;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.senoscope.files.Json;
import org.senoscope.image.Box;
import org.senoscope.image.GreyImage;
import org.senoscope.image.film.Breast;
import org.senoscope.study.Marks;
import org.senoscope.study.Roi;
import org.senoscope.work.InputException;

/**
 * Cuts out what a reader marked: of several marks the largest. Where readers marked nothing, a
 * window in the middle of the breast is cut out instead.
 *
 * <p>A network trained on such crops knows where to look only because a reader did, so an image
 * cannot be prepared before somebody was asked: {@link Marks#UNKNOWN} is refused. And where marks
 * and middles are cut at different sizes ({@code window} empty), the size alone tells the label:
 * {@code window} cuts both alike.
 *
 * @param margin left around the mark on each side, as a share of its longer side, 0..10; must be 0
 *     with a window
 * @param central sides of the window for films without a mark, as a share of the breast's bounding
 *     box, above 0 to 1
 * @param window side of the square that is cut out of every film, around the mark's middle or that
 *     of the breast, in pixels of the image that the step is given, 1..16384; black where the film
 *     is smaller; empty to cut by the mark's own size
 */
public record CropRoi(double margin, double central, OptionalInt window) implements Step {
  /** The step's name. */
  public static final String NAME = "crop-roi";

  private static final int LARGEST = 16_384;

  public CropRoi {
    if (!(margin >= 0 && margin <= 10) || !(central > 0 && central <= 1)) {
      throw new IllegalArgumentException(
          "margin must be 0..10 of the mark's longer side and central above 0 to 1, were %s and %s"
              .formatted(margin, central));
    }
    if (window.isPresent() && (window.getAsInt() < 1 || window.getAsInt() > LARGEST)) {
      throw new IllegalArgumentException(
          "window must be 1..%d pixels, was %d".formatted(LARGEST, window.getAsInt()));
    }
    if (window.isPresent() && margin > 0) {
      throw new IllegalArgumentException(
          "margin and window exclude each other: a window of %d pixels has no margin"
              .formatted(window.getAsInt()));
    }
  }

  static Supplier<Step> read(StepParameters parameters) {
    double margin = parameters.number("margin", 0);
    double central = parameters.number("central", .5);
    OptionalInt window = parameters.optionalWholeNumber("window");
    return () -> new CropRoi(margin, central, window);
  }

  @Override
  public boolean needsMarks() {
    return true;
  }

  @Override
  public Prepared apply(Prepared film) {
    if (!film.marks().known()) {
      throw new InputException(
          "step %s needs a reader's mark, and there is none with this image: give the box to look"
                  .formatted(NAME)
              + " at as top:left:bottom:right in the image's pixels, or none for a film on which"
              + " nothing was found");
    }
    Box box = box(film);
    return film.moved(box.cut(film.image()), film.geometry().cropped(box));
  }

  private Box box(Prepared film) {
    GreyImage image = film.image();
    List<Prepared.Region> regions = film.regions();
    if (regions.isEmpty() && !film.marks().regions().isEmpty()) {
      throw new InputException(
          "step %s: the mark %s lies outside what is left of an image of %d × %d pixels"
              .formatted(
                  NAME,
                  Roi.format(film.marks().regions()),
                  film.geometry().rows().length(),
                  film.geometry().columns().length()));
    }
    if (regions.isEmpty()) {
      if (window.isEmpty()) {
        return Windows.central(image, central);
      }
      Breast breast = Breast.of(image);
      return square(image, breast.middleRow(), breast.middleColumn());
    }
    Prepared.Region mark =
        regions.stream()
            // Of equals, the stream's max would be the last.
            .sorted(
                Comparator.comparingDouble((Prepared.Region each) -> each.height() * each.width())
                    .reversed())
            .findFirst()
            .orElseThrow();
    if (window.isPresent()) {
      return square(image, (mark.top() + mark.bottom()) / 2, (mark.left() + mark.right()) / 2);
    }
    double around = margin * Math.max(mark.height(), mark.width());
    int top = (int) Math.floor(mark.top() - around);
    int left = (int) Math.floor(mark.left() - around);
    int bottom = (int) Math.ceil(mark.bottom() + around);
    int right = (int) Math.ceil(mark.right() + around);
    return new Box(top, left, bottom - top, right - left).within(image);
  }

  private Box square(GreyImage image, double row, double column) {
    return Windows.around(image, row, column, window.orElseThrow(), window.orElseThrow());
  }

  @Override
  public int bytesPerPixel() {
    return Float.BYTES + Breast.BYTES_PER_PIXEL;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public ObjectNode toJson() {
    ObjectNode json = Json.object().put("step", NAME).put("margin", margin).put("central", central);
    window.ifPresent(side -> json.put("window", side));
    return json;
  }
}
