package org.senoscope.model.predict;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.senoscope.study.Prediction;
import org.senoscope.study.Task;

/** Answers as a table for people: decision and probabilities of the main task, file, reason. */
public final class PredictionTable implements PredictionWriter {
  private static final int LEAST = 6;

  private final Writer out;
  private final Task task;
  private final int decision;

  /** A table of the main task's answers. */
  public PredictionTable(Writer out, Task task) {
    this.out = out;
    this.task = task;
    this.decision =
        Math.max(
            "decision".length(), task.labels().stream().mapToInt(String::length).max().orElse(0));
  }

  @Override
  public void begin() throws IOException {
    StringBuilder line = new StringBuilder(left("decision", decision));
    for (String label : task.labels()) {
      line.append("  ").append(right(label, width(label)));
    }
    line(line.append("  file").toString());
  }

  @Override
  public void write(Prediction prediction, Optional<Path> heatmap) throws IOException {
    StringBuilder line = new StringBuilder(left(prediction.decision(), decision));
    for (String label : task.labels()) {
      Double score = prediction.scores().get(label);
      String text = score == null ? "-" : String.format(Locale.ROOT, "%.3f", score);
      line.append("  ").append(right(text, width(label)));
    }
    line.append("  ").append(visible(prediction.file()));
    if (!prediction.reason().isEmpty()) {
      line.append("  (").append(visible(prediction.reason())).append(')');
    }
    line(line.toString());
  }

  @Override
  public void end() throws IOException {
    line(PredictionJson.NOTICE);
  }

  /** Control characters as escapes: a file's name must neither break the table nor the terminal. */
  static String visible(String text) {
    StringBuilder visible = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              int type = Character.getType(c);
              if (List.of(
                      (int) Character.CONTROL,
                      (int) Character.FORMAT,
                      (int) Character.LINE_SEPARATOR,
                      (int) Character.PARAGRAPH_SEPARATOR)
                  .contains(type)) {
                visible.append(String.format(Locale.ROOT, "\\u%04x", c));
              } else {
                visible.appendCodePoint(c);
              }
            });
    return visible.toString();
  }

  private void line(String text) throws IOException {
    out.write(text);
    out.write('\n');
    out.flush();
  }

  private static int width(String label) {
    return Math.max(LEAST, label.length());
  }

  private static String left(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }

  private static String right(String text, int width) {
    return " ".repeat(Math.max(0, width - text.length())) + text;
  }
}
