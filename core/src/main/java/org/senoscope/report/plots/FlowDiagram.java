package org.senoscope.report.plots;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.senoscope.evaluate.material.AuditFacts;
import org.senoscope.evaluate.material.DataFlow;
import org.senoscope.evaluate.material.Material;
import org.senoscope.evaluate.material.SplitFacts;
import org.senoscope.report.page.Markup;
import org.senoscope.report.page.Numbers;

/**
 * The way from the import to analysed images, with every exclusion beside the step that made it.
 */
public final class FlowDiagram {
  private static final double WIDTH = 760;
  private static final double BOX = 330;
  private static final double RIGHT = 400;
  private static final double LINE = 19;
  private static final double PADDING = 10;
  private static final double GAP = 34;

  /** Letters of a line in a box, by what the typeface is wide. */
  private static final int LETTERS = 44;

  private final Markup svg = new Markup();
  private final List<String> said = new ArrayList<>();
  private double top = 2;
  private boolean begun;

  private FlowDiagram() {}

  /** Draws the flow. */
  public static String of(Material material, DataFlow flow) {
    FlowDiagram diagram = new FlowDiagram();
    diagram.refused(flow.refused());
    diagram.step(
        "Images imported",
        flow.imported(),
        material.audit().map(FlowDiagram::audit).orElse(List.of()));
    diagram.out("Left out", flow.excluded());
    diagram.step(
        "Images that take part",
        flow.eligible(),
        material.split().map(FlowDiagram::split).orElse(List.of("no split of them is at hand")));
    diagram.out("Not scored here", flow.elsewhere());
    diagram.step("Analysed", flow.analysed(), List.of(labels(flow.labels())));
    diagram.ends(flow);
    return new Markup()
        .raw(
            "<svg class=\"flow\" viewBox=\"0 0 %s %s\" role=\"img\" aria-label=\"%s\">\n"
                .formatted(
                    Markup.number(WIDTH),
                    Markup.number(diagram.top + 2),
                    Markup.escape(String.join("; ", diagram.said))))
        .raw(diagram.svg.toString())
        .raw("</svg>\n")
        .toString();
  }

  private static List<String> audit(AuditFacts audit) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "audited: "
            + String.join(
                ", ",
                Numbers.count(audit.groups(), "group"),
                Numbers.count(audit.exactDuplicates(), "exact duplicate"),
                Numbers.count(audit.nearDuplicatePairs(), "near-duplicate pair")));
    if (audit.labelConflicts() > 0) {
      lines.add(Numbers.count(audit.labelConflicts(), "pair") + " of copies with different labels");
    }
    return lines;
  }

  private static List<String> split(SplitFacts split) {
    return List.of(
        "%s, seed %d".formatted(split.rule(), split.seed()),
        split.parts().entrySet().stream()
            .map(part -> "%s %d".formatted(part.getKey(), part.getValue().images()))
            .collect(Collectors.joining(", ")));
  }

  private static String labels(Map<String, Integer> labels) {
    return labels.entrySet().stream()
        .map(label -> "%s %d".formatted(label.getKey(), label.getValue()))
        .collect(Collectors.joining(", "));
  }

  private void step(String title, int count, List<String> more) {
    List<String> lines = new ArrayList<>();
    more.forEach(text -> lines.addAll(wrapped(text)));
    said.add(
        "%s: %d".formatted(title, count)
            + (more.isEmpty() ? "" : " (" + String.join(", ", more) + ")"));
    if (begun) {
      arrow(BOX / 2, top - GAP, BOX / 2, top);
    }
    begun = true;
    box(0, top, BOX, "step", "%s: %d".formatted(title, count), lines);
    top += height(lines) + GAP;
  }

  /**
   * What the import refused, apart from the way: masks and lines of tables are no images, so that
   * nothing is left when they are taken away.
   */
  private void refused(List<DataFlow.Tally> tallies) {
    if (tallies.isEmpty()) {
      return;
    }
    List<String> lines = lines(tallies);
    String title = title("Entries that the import refused (files, masks, table lines)", tallies);
    box(0, top, WIDTH, "out", title, lines);
    top += height(lines) + PADDING;
  }

  /** What is left out between the step that was drawn last and the next. */
  private void out(String title, List<DataFlow.Tally> tallies) {
    if (tallies.isEmpty()) {
      return;
    }
    List<String> lines = lines(tallies);
    double height = height(lines);
    double room = Math.max(0, height - GAP + 16);
    double middle = top - GAP + (GAP + room) / 2;
    arrow(BOX / 2, middle, RIGHT, middle);
    box(RIGHT, middle - height / 2, WIDTH - RIGHT, "out", title(title, tallies), lines);
    svg.line(BOX / 2, top - GAP, BOX / 2, top + room - GAP, "way");
    top += room;
  }

  private static List<String> lines(List<DataFlow.Tally> tallies) {
    List<String> lines = new ArrayList<>();
    tallies.forEach(
        tally -> lines.addAll(wrapped("%d: %s".formatted(tally.count(), tally.reason()))));
    return lines;
  }

  /** The title with the count, said also to those who cannot see. */
  private String title(String title, List<DataFlow.Tally> tallies) {
    String counted =
        "%s: %d".formatted(title, tallies.stream().mapToInt(DataFlow.Tally::count).sum());
    said.add(
        "%s (%s)"
            .formatted(
                counted,
                tallies.stream()
                    .map(tally -> "%d %s".formatted(tally.count(), tally.reason()))
                    .collect(Collectors.joining(", "))));
    return counted;
  }

  private void ends(DataFlow flow) {
    double half = (BOX - 20) / 2;
    arrow(half / 2, top - GAP, half / 2, top);
    arrow(BOX - half / 2, top - GAP, BOX - half / 2, top);
    box(0, top, half, "step", "Decided: " + flow.decided(), List.of());
    box(BOX - half, top, half, "out", "Referred: " + flow.referred(), List.of());
    said.add("decided by the model: " + flow.decided());
    said.add("referred to a person: " + flow.referred());
    top += height(List.of());
  }

  private static double height(List<String> lines) {
    return 2 * PADDING + LINE * (lines.size() + 1) - 3;
  }

  private void box(
      double left, double at, double wide, String style, String title, List<String> lines) {
    svg.raw(
        "<rect class=\"%s\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" rx=\"6\"/>\n"
            .formatted(
                style,
                Markup.number(left + 1),
                Markup.number(at),
                Markup.number(wide - 2),
                Markup.number(height(lines))));
    svg.words(left + PADDING + 2, at + PADDING + 13, "title", title);
    for (int i = 0; i < lines.size(); i++) {
      svg.words(left + PADDING + 2, at + PADDING + 13 + LINE * (i + 1), "reason", lines.get(i));
    }
  }

  private void arrow(double x1, double y1, double x2, double y2) {
    svg.line(x1, y1, x2, y2, "way");
    String head =
        x1 == x2
            ? "M%s %s l-5 -8 h10 Z".formatted(Markup.number(x2), Markup.number(y2))
            : "M%s %s l-8 -5 v10 Z".formatted(Markup.number(x2), Markup.number(y2));
    svg.raw("<path class=\"head\" d=\"%s\"/>\n".formatted(head));
  }

  /** Words in lines of a box's width; a longer word stays whole. */
  private static List<String> wrapped(String text) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : text.split(" ", -1)) {
      if (!line.isEmpty() && line.length() + 1 + word.length() > LETTERS) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    lines.add(line.toString());
    return lines;
  }
}
