package org.senoscope.dataset.audit;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.senoscope.dataset.Dataset;
import org.senoscope.files.AtomicFiles;
import org.senoscope.image.GreyImage;
import org.senoscope.image.ImageLimits;
import org.senoscope.image.ImageRoom;
import org.senoscope.image.Resampling;
import org.senoscope.image.UnreadableImageException;
import org.senoscope.work.InputException;
import org.senoscope.work.Progress;

/**
 * An audit as one page of HTML that needs nothing else: the figures, and small pictures of what was
 * found, so that a person can look. Images are named by file; patients are not in it.
 */
public final class AuditPage {
  /** The longest side of a picture, pixels. */
  private static final int PICTURE = 200;

  /** The most entries of a section; the rest are in {@code audit.json}. */
  private static final int SHOWN = 200;

  private static final Pattern OTHER_FILE = Pattern.compile(".*\\.[A-Za-z]{2,5}");

  /** How an entry of a section looks. */
  @FunctionalInterface
  private interface Form<T> {
    String of(T entry) throws IOException;
  }

  private final AuditReport report;
  private final Dataset dataset;
  private final Writer html;
  private final Progress.Stage stage;
  private final ImageRoom room = ImageRoom.inHeap(ImageLimits.DEFAULT, Float.BYTES);

  private AuditPage(AuditReport report, Dataset dataset, Writer html, Progress.Stage stage) {
    this.report = report;
    this.dataset = dataset;
    this.html = html;
    this.stage = stage;
  }

  /**
   * Writes the page, complete or not at all.
   *
   * @param place the page where it ends in {@code .html}; else the folder of {@code audit.html},
   *     made where it is missing
   */
  public static void write(AuditReport report, Dataset dataset, Path place, Progress progress)
      throws IOException {
    Path page = file(place);
    try (Progress.Stage stage = progress.stage("drawing the report", -1)) {
      AtomicFiles.write(
          page,
          out -> {
            Writer html = new OutputStreamWriter(out, StandardCharsets.UTF_8);
            new AuditPage(report, dataset, html, stage).write();
            html.flush();
          });
    }
  }

  private static Path file(Path place) throws IOException {
    String name = String.valueOf(place.getFileName());
    if (!Files.isDirectory(place)) {
      if (name.endsWith(".html") || name.endsWith(".htm")) {
        return place;
      }
      // A word such as report.pdf asks for what is not to be had; one without a dot is a folder's.
      if (Files.exists(place) || OTHER_FILE.matcher(name).matches()) {
        throw new InputException(
            "report \"%s\" must end in .html, or be a folder".formatted(place));
      }
    }
    Files.createDirectories(place);
    return place.resolve("audit.html");
  }

  private void write() throws IOException {
    String title = "Audit of " + escape(dataset.name());
    html.append("<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n");
    html.append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    html.append("<title>" + title + "</title>\n<style>\n" + style() + "</style>\n");
    html.append("<h1>" + title + "</h1>\n");
    html.append("<p>Research use only: not a medical device.</p>\n");
    figures();
    conflicts();
    copies();
    gallery(
        "Inverted mammograms",
        "White air: darkest and brightest are exchanged.",
        report.inverted());
    gallery(
        "Text burnt in",
        "A model can learn the letters instead of the tissue. Found by a heuristic: expect misses.",
        report.burntInText());
    section(
        "Unreadable",
        "Left out of every split.",
        report.unreadable(),
        each -> "<p>" + escape(each.image()) + ": " + escape(each.reason()) + "</p>\n");
    html.append("</html>\n");
  }

  private void figures() throws IOException {
    AuditReport.Counts counts = report.counts();
    html.append("<table>\n");
    figure("images", counts.images());
    if (counts.patients() > 0) {
      figure("patients", counts.patients());
    }
    figure("groups", counts.groups());
    figure("exact duplicates", counts.exactDuplicates());
    figure("near-duplicate pairs", counts.nearDuplicatePairs());
    figure("label conflicts", report.labelConflicts().size());
    figure("inverted mammograms", report.inverted().size());
    figure("images with text burnt in", report.burntInText().size());
    figure("unreadable", report.unreadable().size());
    html.append("</table>\n");
    for (String warning : report.warnings()) {
      html.append("<p class=\"warning\">" + escape(warning) + "</p>\n");
    }
  }

  private void figure(String name, int value) throws IOException {
    html.append("<tr><th>" + name + "</th><td>" + value + "</td></tr>\n");
  }

  private void conflicts() throws IOException {
    section(
        "Label conflicts",
        "Copies of one image with different labels. A split leaves them out.",
        report.labelConflicts(),
        each ->
            "<div class=\"pair\">"
                + picture(each.a(), each.task() + ": " + each.labels().get(0))
                + picture(each.b(), each.task() + ": " + each.labels().get(1))
                + "</div>\n");
  }

  private void copies() throws IOException {
    section(
        "Copies",
        "The least alike first. A split keeps them together.",
        report.copies().stream()
            .sorted(Comparator.comparingDouble(AuditReport.Copies::correlation))
            .toList(),
        each ->
            "<div class=\"pair\">"
                + picture(each.a(), "")
                + picture(
                    each.b(),
                    (each.kind().equals("exact")
                            ? "the same"
                            : "correlation %.2f".formatted(each.correlation()))
                        + (each.mirrored() ? ", mirrored" : "")
                        + (each.turned() ? ", turned" : ""))
                + "</div>\n");
  }

  private void gallery(String title, String says, List<String> images) throws IOException {
    section(title, says, images, each -> picture(each, ""));
  }

  private <T> void section(String title, String says, List<T> entries, Form<T> form)
      throws IOException {
    if (entries.isEmpty()) {
      return;
    }
    html.append("<h2>%s (%d)</h2>\n<p>%s</p>\n<div>\n".formatted(title, entries.size(), says));
    for (T entry : entries.subList(0, Math.min(SHOWN, entries.size()))) {
      html.append(form.of(entry));
      stage.advance();
    }
    html.append("</div>\n");
    if (entries.size() > SHOWN) {
      html.append("<p>%d more in audit.json.</p>\n".formatted(entries.size() - SHOWN));
    }
  }

  private String picture(String image, String note) throws IOException {
    String source = jpeg(image).map(bytes -> Base64.getEncoder().encodeToString(bytes)).orElse("");
    return "<figure><img alt=\"\" src=\"data:image/jpeg;base64,%s\"><figcaption>%s%s</figcaption></figure>\n"
        .formatted(source, escape(image), note.isEmpty() ? "" : "<br>" + escape(note));
  }

  private Optional<byte[]> jpeg(String name) throws IOException {
    try (ImageRoom.Held held = room.read(dataset.resolve(name))) {
      GreyImage image = held.image();
      double scale = Math.min(1, (double) PICTURE / Math.max(image.height(), image.width()));
      int height = Math.max(1, (int) Math.round(image.height() * scale));
      int width = Math.max(1, (int) Math.round(image.width() * scale));
      GreyImage small =
          Resampling.window(image, 0, 0, image.height(), image.width(), height, width);
      BufferedImage levels = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
      byte[] target = ((DataBufferByte) levels.getRaster().getDataBuffer()).getData();
      for (int i = 0; i < target.length; i++) {
        target[i] = (byte) Math.clamp(Math.round(small.pixels()[i] * 255), 0, 255);
      }
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      ImageIO.write(levels, "jpeg", bytes);
      return Optional.of(bytes.toByteArray());
    } catch (UnreadableImageException | NoSuchFileException e) {
      // The section of unreadable images says so.
      return Optional.empty();
    }
  }

  private static String style() throws IOException {
    try (InputStream in = AuditPage.class.getResourceAsStream("audit.css")) {
      if (in == null) {
        throw new IllegalStateException("The jar lacks its resource audit.css");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
