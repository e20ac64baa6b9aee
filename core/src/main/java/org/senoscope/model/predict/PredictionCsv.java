package org.senoscope.model.predict;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.senoscope.study.Prediction;
import org.senoscope.study.Task;

/**
 * Answers as CSV after RFC 4180 (with lines ending as on Unix): {@code
 * file,label,score_<label>…,decision,reason} of the main task.
 */
public final class PredictionCsv implements PredictionWriter {
  private final CsvWriter csv;
  private final Task task;

  /** A table of the main task's answers. */
  public PredictionCsv(Writer out, Task task) {
    this.csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(out);
    this.task = task;
  }

  @Override
  public void begin() {
    List<String> names = new ArrayList<>(List.of("file", "label"));
    task.labels().forEach(label -> names.add("score_" + label));
    names.addAll(List.of("decision", "reason"));
    csv.writeRecord(names);
  }

  @Override
  public void write(Prediction prediction, Optional<Path> heatmap) throws IOException {
    List<String> row = new ArrayList<>();
    row.add(prediction.file());
    row.add(prediction.label().orElse(""));
    for (String label : task.labels()) {
      Double score = prediction.scores().get(label);
      row.add(score == null ? "" : String.format(Locale.ROOT, "%.6f", score));
    }
    row.add(prediction.decision());
    row.add(prediction.reason());
    csv.writeRecord(row);
    csv.flush();
  }

  @Override
  public void end() throws IOException {
    csv.flush();
  }
}
