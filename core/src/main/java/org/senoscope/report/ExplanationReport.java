package org.senoscope.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.senoscope.evaluate.Evaluation;
import org.senoscope.explain.faithfulness.Explanation;
import org.senoscope.explain.faithfulness.HeatmapPicture;
import org.senoscope.explain.faithfulness.ImageScore;
import org.senoscope.explain.faithfulness.ScoreHeatmaps;
import org.senoscope.files.AtomicFiles;
import org.senoscope.files.Json;
import org.senoscope.report.page.Markup;
import org.senoscope.report.page.Page;
import org.senoscope.report.page.Picture;
import org.senoscope.report.sections.ExplanationSection;

/**
 * How faithful heatmaps are, as files: {@code explanation.json}, and {@code explanation.html}, one
 * page that needs nothing else, with a contact sheet of hits and misses.
 */
public final class ExplanationReport {
  /** The page's name. */
  public static final String PAGE = "explanation.html";

  private ExplanationReport() {}

  /** Writes both files into a folder, which is made when needed; earlier ones are replaced. */
  public static void write(Path folder, ScoreHeatmaps.Scored scored) throws IOException {
    Files.createDirectories(folder);
    ObjectNode json = scored.explanation().toJson();
    AtomicFiles.writeString(folder.resolve(PAGE), html(scored, json));
    Json.write(folder.resolve(Explanation.FILE), json);
  }

  /** The headline and the main figures, for a terminal. */
  public static String text(Explanation explanation) {
    JsonNode json = explanation.toJson();
    JsonNode pointing = json.path("pointing");
    StringBuilder text = new StringBuilder();
    text.append("%s on %s%n".formatted(explanation.model(), explanation.dataset()))
        .append("Result: ")
        .append(explanation.result())
        .append(".\n")
        .append(explanation.sentence())
        .append("\n\n");
    line(text, "points into the lesion", pointing.path("model"));
    json.path("bySet")
        .properties()
        .forEach(set -> line(text, "  of " + set.getKey(), set.getValue().path("pointing")));
    line(text, "  random weights", pointing.path("randomWeights"));
    line(text, "  point by chance", pointing.path("uniformPoint"));
    line(text, "  image's centre", pointing.path("centre"));
    line(text, "  best fixed point", pointing.path("bestFixedPoint"));
    JsonNode overlap = json.path("overlap");
    for (String name : List.of("energy", "averagePrecision", "iou")) {
      line(text, name, overlap.path(name).path("model"));
      line(text, "  random weights", overlap.path(name).path("randomWeights"));
      line(text, "  same throughout", overlap.path(name).path("uniformMap"));
    }
    for (String name : List.of("deletion", "insertion")) {
      JsonNode curve = json.path("curves").path(name);
      if (curve.isObject()) {
        line(text, "area of " + name, curve.path("area"));
        line(text, "  random order", curve.path("areaOfRandomOrder"));
      }
    }
    return text.append('\n').append(Evaluation.RESEARCH_USE_ONLY).append('\n').toString();
  }

  private static void line(StringBuilder text, String what, JsonNode estimate) {
    boolean interval = estimate.path("low").isNumber();
    text.append(
        String.format(
            Locale.ROOT,
            "%-24s %.3f%s%n",
            what,
            estimate.path("value").asDouble(Double.NaN),
            interval
                ? String.format(
                    Locale.ROOT,
                    "  %.3f to %.3f",
                    estimate.path("low").asDouble(),
                    estimate.path("high").asDouble())
                : ""));
  }

  private static String html(ScoreHeatmaps.Scored scored, JsonNode json) throws IOException {
    Explanation explanation = scored.explanation();
    String title = "Heatmaps of %s on %s".formatted(explanation.model(), explanation.dataset());
    Markup page =
        Page.begin(title, "report.css")
            .element("h1", title)
            .element("p class=\"soft\"", Evaluation.RESEARCH_USE_ONLY)
            .raw("<main id=\"main\">\n")
            .raw(ExplanationSection.html(json));
    sheet(page, "Misses", scored, false);
    sheet(page, "Hits", scored, true);
    provenance(page, explanation);
    return Page.end(page.raw("</main>\n"), Evaluation.RESEARCH_USE_ONLY);
  }

  private static void sheet(Markup page, String title, ScoreHeatmaps.Scored scored, boolean hits)
      throws IOException {
    List<HeatmapPicture> pictures =
        scored.pictures().stream()
            .filter(picture -> picture.score().pointing().isHit() == hits)
            .toList();
    long all =
        scored.explanation().images().stream()
            .filter(score -> score.pointing().isHit() == hits)
            .count();
    if (pictures.isEmpty()) {
      return;
    }
    page.element("h2", title);
    page.element(
        "p class=\"soft\"",
        "%s. Outline: the lesion, by readers. Ring: the map's highest point. Brighter: the answer rests more on it."
            .formatted(
                all > pictures.size()
                    ? "%d of %d, drawn by chance".formatted(pictures.size(), all)
                    : "All"));
    page.raw("<div class=\"sheet row\">\n");
    for (HeatmapPicture picture : pictures) {
      ImageScore score = picture.score();
      String what =
          score.label().isEmpty() || score.label().equals(score.predicted())
              ? score.predicted()
              : "%s, predicted %s".formatted(score.label(), score.predicted());
      page.raw("<figure class=\"map\">")
          .raw(
              Picture.ofPng(picture.png())
                  .tag(
                      "%s: the highest point lies %s the lesion"
                          .formatted(what, hits ? "in" : "outside")))
          .element("figcaption", what)
          .raw("</figure>\n");
    }
    page.raw("</div>\n");
  }

  private static void provenance(Markup page, Explanation explanation) {
    page.raw("<p class=\"soft\">Model ")
        .text(explanation.model())
        .raw(", SHA-256 <code>")
        .text(explanation.sha256())
        .raw("</code>; manifest SHA-256 <code>")
        .text(explanation.manifestSha256())
        .raw("</code>")
        .text(
            "; Senoscope %s, commit %s, %s; seed %d."
                .formatted(
                    explanation.provenance().versions().getOrDefault("senoscope", "unknown"),
                    explanation.provenance().commit(),
                    explanation.provenance().created(),
                    explanation.provenance().seed()))
        .raw("</p>\n");
  }
}
