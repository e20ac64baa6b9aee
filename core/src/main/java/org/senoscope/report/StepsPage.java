package org.senoscope.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import org.senoscope.dataset.Dataset;
import org.senoscope.dataset.ManifestRow;
import org.senoscope.files.AtomicFiles;
import org.senoscope.files.Json;
import org.senoscope.image.GreyImage;
import org.senoscope.image.ImageFiles;
import org.senoscope.image.ImageLimits;
import org.senoscope.image.ImageRoom;
import org.senoscope.image.Resampling;
import org.senoscope.image.UnreadableImageException;
import org.senoscope.image.steps.Prepared;
import org.senoscope.image.steps.Preprocessing;
import org.senoscope.image.steps.Step;
import org.senoscope.report.page.Markup;
import org.senoscope.report.page.StepText;
import org.senoscope.study.Marks;
import org.senoscope.study.Roi;
import org.senoscope.work.InOrder;
import org.senoscope.work.InputException;
import org.senoscope.work.Progress;

/**
 * Images before and after each step of a preprocessing, as one page of HTML that needs nothing
 * else, so that a person can look whether a step does what was meant. Readers' marks are drawn on
 * the images as read. Images are named by file; patients are not in it.
 */
public final class StepsPage {
  /** The longest side of a picture, pixels. */
  private static final int PICTURE = 260;

  private final Dataset dataset;
  private final Preprocessing preprocessing;
  private final ImageRoom room;

  /** A page for the images of a data set. */
  public StepsPage(Dataset dataset, Preprocessing preprocessing) {
    this.dataset = dataset;
    this.preprocessing = preprocessing;
    this.room = ImageRoom.inHeap(ImageLimits.DEFAULT, preprocessing.bytesPerPixel());
  }

  /**
   * Of so many images, those that lie evenly over the manifest; excluded ones are left out. The
   * same ones each time.
   */
  public static List<ManifestRow> spread(List<ManifestRow> rows, int count) {
    List<ManifestRow> taking = rows.stream().filter(row -> row.excluded().isEmpty()).toList();
    int shown = Math.min(count, taking.size());
    List<ManifestRow> chosen = new ArrayList<>();
    for (int i = 0; i < shown; i++) {
      chosen.add(taking.get((int) ((long) i * taking.size() / shown)));
    }
    return chosen;
  }

  /**
   * Writes the page, complete or not at all.
   *
   * @param rows of the images to show
   * @param file the page, ending in {@code .html}
   * @return what was shown, as {@code senoscope/steps/1}; an image that cannot be read or prepared
   *     is listed with its reason, and the others are shown
   */
  public ObjectNode write(List<ManifestRow> rows, Path file, Progress progress) throws IOException {
    String name = String.valueOf(file.getFileName());
    if (!name.endsWith(".html") && !name.endsWith(".htm")) {
      throw new InputException("page \"%s\" must end in .html".formatted(file));
    }
    ObjectNode json = Json.object("steps").put("page", file.toString());
    json.set("preprocessing", preprocessing.toJson());
    var shown = json.putArray("images");
    var failed = json.putArray("failed");
    try (Progress.Stage stage = progress.stage("drawing the page", rows.size())) {
      AtomicFiles.write(
          file,
          out -> {
            Writer html = new OutputStreamWriter(out, StandardCharsets.UTF_8);
            html.write(head());
            try (InOrder<Line> work =
                new InOrder<>(
                    Runtime.getRuntime().availableProcessors(),
                    line -> {
                      html.write(line.html);
                      if (line.fault.isEmpty()) {
                        shown.add(line.image);
                      } else {
                        failed.addObject().put("image", line.image).put("reason", line.fault);
                      }
                      stage.advance();
                    })) {
              for (ManifestRow row : rows) {
                work.submit(() -> line(row));
              }
              work.finish();
            }
            html.write("</body>\n</html>\n");
            html.flush();
          });
    }
    return json;
  }

  /**
   * One image's pictures.
   *
   * @param fault why there are none; empty when there are
   */
  private record Line(String image, String html, String fault) {}

  private String head() throws IOException {
    String title = "Steps on " + dataset.name();
    Markup page =
        new Markup()
            .raw("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
            .raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
            .element("title", title)
            .raw("<style>\n" + style() + "</style>\n</head>\n<body>\n");
    page.element("h1", title);
    page.element(
        "p", "Each image as read, and after each step. Research use only: not a medical device.");
    page.raw("<ol>\n");
    preprocessing.steps().forEach(step -> page.element("li", StepText.of(step)));
    return page.raw("</ol>\n").toString();
  }

  private Line line(ManifestRow row) throws IOException {
    Markup line = new Markup();
    String labels =
        row.labels().entrySet().stream()
            .sorted(java.util.Map.Entry.comparingByKey())
            .map(label -> label.getKey() + " " + label.getValue())
            .collect(Collectors.joining(", "));
    line.element("h2", row.image() + (labels.isEmpty() ? "" : ": " + labels));
    try (ImageRoom.Held held = room.read(dataset.resolve(row.image()))) {
      GreyImage image = held.image();
      Prepared film = Prepared.of(image, Marks.of(row.roi()));
      line.raw("<div class=\"film\">\n");
      picture(line, image, row.roi(), "as read");
      for (Step step : preprocessing.steps()) {
        film = step.apply(film);
        picture(line, film.image(), List.of(), step.name());
      }
      return new Line(row.image(), line.raw("</div>\n").toString(), "");
    } catch (UnreadableImageException | InputException | NoSuchFileException e) {
      String fault =
          e instanceof NoSuchFileException ? "the file is missing" : String.valueOf(e.getMessage());
      return new Line(row.image(), line.element("p class=\"warning\"", fault).toString(), fault);
    }
  }

  private static void picture(Markup line, GreyImage image, List<Roi> marks, String caption)
      throws IOException {
    double scale = Math.min(1, (double) PICTURE / Math.max(image.height(), image.width()));
    int height = Math.max(1, (int) Math.round(image.height() * scale));
    int width = Math.max(1, (int) Math.round(image.width() * scale));
    GreyImage small =
        scale < 1
            ? Resampling.window(image, 0, 0, image.height(), image.width(), height, width)
            : image;
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageFiles.writePng(small, png);
    line.raw("<figure>\n<svg width=\"%d\" height=\"%d\">".formatted(width, height))
        .raw(
            "<image width=\"%d\" height=\"%d\" href=\"data:image/png;base64,%s\"/>"
                .formatted(width, height, Base64.getEncoder().encodeToString(png.toByteArray())));
    for (Roi mark : marks) {
      line.raw(
          "<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\"/>"
              .formatted(
                  Markup.number(mark.left() * scale),
                  Markup.number(mark.top() * scale),
                  Markup.number((mark.right() - mark.left()) * scale),
                  Markup.number((mark.bottom() - mark.top()) * scale)));
    }
    line.raw("</svg>\n")
        .element("figcaption", "%s, %d × %d".formatted(caption, image.height(), image.width()))
        .raw("</figure>\n");
  }

  private static String style() throws IOException {
    try (InputStream in = StepsPage.class.getResourceAsStream("steps.css")) {
      if (in == null) {
        throw new IllegalStateException("The jar lacks its resource steps.css");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
