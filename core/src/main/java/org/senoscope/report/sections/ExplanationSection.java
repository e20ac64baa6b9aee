package org.senoscope.report.sections;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.senoscope.report.page.Axes;
import org.senoscope.report.page.Markup;
import org.senoscope.report.page.Table;

/** The part of a report on heatmaps, from {@code explanation.json}: each figure beside chance. */
public final class ExplanationSection {
  private ExplanationSection() {}

  static Optional<Section> of(Optional<JsonNode> explanation) {
    return explanation.map(json -> new Section("heatmaps", "Heatmaps", html(json)));
  }

  /**
   * The figures and the curves.
   *
   * @param json what {@code explanation.json} holds
   */
  public static String html(JsonNode json) {
    Markup page = new Markup();
    page.element(
        "p class=\"result%s\""
            .formatted(json.path("protocol").path("leakFree").asBoolean() ? "" : " refused"),
        "Heatmaps, %s.".formatted(json.path("result").asText()));
    page.element("p", json.path("protocol").path("sentence").asText());
    figures(page, json);
    page.element("h3", "Does the highest point lie in the lesion?");
    JsonNode pointing = json.path("pointing");
    table(
        page,
        List.of("pointing game", "share of images", "95% interval"),
        List.of(
            row("the model's map", pointing.path("model")),
            row("a network of random weights", pointing.path("randomWeights")),
            row("a point drawn by chance", pointing.path("uniformPoint")),
            row("the image's centre", pointing.path("centre")),
            row("the fixed point that is best on other folds", pointing.path("bestFixedPoint"))));
    List<List<String>> byLabel = new ArrayList<>();
    json.path("byLabel").properties().forEach(each -> byLabel.add(labelRow("", each)));
    json.path("byPredicted")
        .properties()
        .forEach(each -> byLabel.add(labelRow("predicted ", each)));
    json.path("bySet").properties().forEach(each -> byLabel.add(labelRow("of ", each)));
    page.raw("<p></p>\n");
    table(page, List.of("of which", "share of images", "95% interval"), byLabel);
    page.element("h3", "How much of it lies in the lesion?");
    JsonNode overlap = json.path("overlap");
    List<List<String>> rows = new ArrayList<>();
    overlap(rows, overlap.path("energy"), "energy inside the lesion");
    overlap(rows, overlap.path("averagePrecision"), "average precision of pixels");
    overlap(rows, overlap.path("iou"), "overlap (IoU) above half of the maximum");
    table(page, List.of("mean over images", "value", "95% interval"), rows);
    if (json.path("outline").isObject()) {
      page.element("h3", "Does the outline agree with the reader's?");
      page.element(
          "p class=\"soft\"",
          "The model draws what it takes for lesion by a head of its own. That is no heatmap: the labels do not rest on it.");
      table(
          page,
          List.of("mean over images", "value", "95% interval"),
          List.of(
              row("Dice coefficient", json.path("outline").path("dice")),
              row("overlap (IoU)", json.path("outline").path("iou"))));
    }
    if (json.path("curves").isObject()) {
      curves(page, json.path("curves"));
    }
    return page.toString();
  }

  private static void figures(Markup page, JsonNode json) {
    page.raw("<div class=\"figures\">\n");
    JsonNode pointing = json.path("pointing");
    figure(page, "points into the lesion", pointing.path("model"));
    figure(page, "random weights", pointing.path("randomWeights"));
    figure(page, "point by chance", pointing.path("uniformPoint"));
    figure(page, "best fixed point", pointing.path("bestFixedPoint"));
    page.raw("</div>\n");
  }

  private static void figure(Markup page, String what, JsonNode estimate) {
    page.raw("<div class=\"figure\">")
        .element("span", what)
        .element("b", value(estimate))
        .element("span", interval(estimate))
        .raw("</div>\n");
  }

  private static void overlap(List<List<String>> rows, JsonNode json, String what) {
    rows.add(row(what, json.path("model")));
    rows.add(row("… with random weights", json.path("randomWeights")));
    rows.add(row("… a map that is the same throughout", json.path("uniformMap")));
  }

  private static List<String> labelRow(String prefix, java.util.Map.Entry<String, JsonNode> each) {
    return row(
        "%s%s (%d images)".formatted(prefix, each.getKey(), each.getValue().path("n").asInt()),
        each.getValue().path("pointing"));
  }

  private static List<String> row(String what, JsonNode estimate) {
    return List.of(what, value(estimate), interval(estimate));
  }

  private static void curves(Markup page, JsonNode curves) {
    page.element("h3", "Does the answer rest on it?");
    page.element(
        "p class=\"soft\"",
        "Mean probability of the predicted label over %d images. Solid: places in the map's order; dashed: in random order."
            .formatted(curves.path("n").asInt()));
    page.raw("<div class=\"plots\">\n");
    curve(
        page,
        "Deletion",
        "share of the image taken away",
        "A faithful map falls sooner than random order: its area is smaller.",
        curves.path("deletion"));
    curve(
        page,
        "Insertion",
        "share of the image in sight",
        "A faithful map rises sooner than random order: its area is larger.",
        curves.path("insertion"));
    page.raw("</div>\n");
  }

  private static void curve(
      Markup page, String title, String across, String reading, JsonNode json) {
    Axes axes =
        new Axes(
            "%s curve: area %s, in random order %s"
                .formatted(title, value(json.path("area")), value(json.path("areaOfRandomOrder"))),
            across,
            "probability");
    axes.marks()
        .raw("<path class=\"curve other\" d=\"%s\"/>\n".formatted(path(axes, json, "randomOrder")));
    axes.marks().raw("<path class=\"curve\" d=\"%s\"/>\n".formatted(path(axes, json, "model")));
    page.raw("<div class=\"plot\">")
        .element("h3", title)
        .raw(axes.toString())
        .element(
            "p",
            "Area %s; random order %s; difference %s. %s"
                .formatted(
                    text(json.path("area")),
                    value(json.path("areaOfRandomOrder")),
                    text(json.path("difference")),
                    reading))
        .raw("</div>\n");
  }

  private static String path(Axes axes, JsonNode json, String which) {
    JsonNode values = json.path(which);
    StringBuilder path = new StringBuilder();
    for (int i = 0; i < values.size(); i++) {
      path.append(i == 0 ? "M" : " L")
          .append(
              axes.point(
                  (double) i / (values.size() - 1), Math.clamp(values.get(i).asDouble(), 0, 1)));
    }
    return path.toString();
  }

  private static String text(JsonNode estimate) {
    return estimate.path("low").isNumber()
        ? "%s (%s)".formatted(value(estimate), interval(estimate))
        : value(estimate);
  }

  private static String value(JsonNode estimate) {
    return estimate.path("value").isNumber() ? share(estimate.path("value")) : "–";
  }

  private static String interval(JsonNode estimate) {
    return estimate.path("low").isNumber()
        ? share(estimate.path("low")) + " to " + share(estimate.path("high"))
        : "no interval";
  }

  private static String share(JsonNode number) {
    return String.format(Locale.ROOT, "%.3f", number.asDouble());
  }

  private static void table(Markup page, List<String> header, List<List<String>> rows) {
    Table table =
        new Table(
            header.getFirst(),
            header.get(0),
            "number:" + header.get(1),
            "interval:" + header.get(2));
    rows.forEach(table::row);
    page.raw(table.html());
  }
}
