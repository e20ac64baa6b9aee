package org.senoscope.evaluate;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.senoscope.files.AtomicFiles;
import org.senoscope.study.Prediction;
import org.senoscope.study.Task;
import org.senoscope.work.InputException;

/**
 * {@code predictions.csv}: every scored case. Columns {@code
 * image,group,part,truth,score_<label>…,decision}; probabilities with all their digits, so that
 * metrics from the file equal those from memory.
 *
 * @param labels in the order of the columns
 * @param cases in the file's order
 */
public record PredictionsFile(List<String> labels, List<ScoredCase> cases) {
  /** Its name in a run and in a report. */
  public static final String NAME = "predictions.csv";

  private static final String SCORE = "score_";

  /**
   * Where a task's predictions lie in a folder: the main task's in {@link #NAME}, another's in a
   * file that is named after it.
   *
   * @param tasks all, the main one first
   */
  public static Path in(Path folder, List<Task> tasks, Task task) {
    return folder.resolve(
        task.equals(tasks.getFirst())
            ? NAME
            : "predictions-%s.csv".formatted(task.name().replaceAll("\\W", "_")));
  }

  /**
   * What a data set knows of a file that was predicted.
   *
   * @param image the image's key in the manifest
   * @param label its label
   */
  record Labelled(String image, String label) {}

  public PredictionsFile {
    labels = List.copyOf(labels);
    cases = List.copyOf(cases);
  }

  /** Writes a file that is complete or absent. */
  public static void write(Path file, List<String> labels, List<ScoredCase> cases)
      throws IOException {
    AtomicFiles.write(
        file,
        out -> {
          Writer text = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
          @SuppressWarnings("resource") // AtomicFiles closes what it opened.
          CsvWriter csv = CsvWriter.builder().build(text);
          List<String> header = new ArrayList<>(List.of("image", "group", "part", "truth"));
          labels.forEach(label -> header.add(SCORE + label));
          header.add("decision");
          csv.writeRecord(header);
          for (ScoredCase scored : cases) {
            csv.writeRecord(fields(labels, scored));
          }
          csv.flush();
        });
  }

  private static List<String> fields(List<String> labels, ScoredCase scored) {
    List<String> fields =
        new ArrayList<>(
            List.of(scored.image(), scored.group(), scored.part(), labels.get(scored.truth())));
    scored.probabilities().forEach(p -> fields.add(Double.toString(p)));
    fields.add(scored.referred() ? Prediction.REFER : labels.get(scored.top()));
    return fields;
  }

  /**
   * Reads a file. A missing group is the image itself, a missing part {@code all}, a missing
   * decision the label of the highest probability.
   *
   * @throws InputException naming the line, the column and what it should hold
   */
  public static PredictionsFile read(Path file) throws IOException {
    return read(file, labels -> name -> Optional.empty());
  }

  /**
   * Reads a file that may lack images' keys and labels, such as what {@code predict --format csv}
   * prints.
   *
   * @param byLabels gives, for the scored labels, what finds key and label by a file's name where a
   *     line has no column {@code truth}
   */
  static PredictionsFile read(
      Path file, Function<List<String>, Function<String, Optional<Labelled>>> byLabels)
      throws IOException {
    List<String> labels = new ArrayList<>();
    List<ScoredCase> cases = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    Function<String, Optional<Labelled>> lookup = name -> Optional.empty();
    try (CsvReader<NamedCsvRecord> reader = CsvReader.builder().ofNamedCsvRecord(file)) {
      for (NamedCsvRecord line : reader) {
        if (labels.isEmpty()) {
          labels.addAll(labelsOf(file, line));
          lookup = byLabels.apply(labels);
        }
        try {
          ScoredCase scored = scored(line, labels, lookup);
          if (!seen.add(scored.image())) {
            throw new IllegalArgumentException(
                "image \"%s\" stands there twice".formatted(scored.image()));
          }
          cases.add(scored);
        } catch (IllegalArgumentException e) {
          throw new InputException(
              "%s, line %d: %s".formatted(file, line.getStartingLineNumber(), e.getMessage()), e);
        }
      }
    } catch (CsvParseException e) {
      throw new InputException("%s is not a CSV file: %s".formatted(file, e.getMessage()), e);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    if (cases.isEmpty()) {
      throw new InputException(
          "%s holds no predictions; it needs a header image,group,part,truth,score_<label>… and"
                  .formatted(file)
              + " one line per image");
    }
    return new PredictionsFile(labels, cases);
  }

  private static List<String> labelsOf(Path file, NamedCsvRecord line) {
    List<String> labels =
        line.getHeader().stream()
            .filter(column -> column.startsWith(SCORE))
            .map(column -> column.substring(SCORE.length()))
            .toList();
    if (labels.size() < 2) {
      throw new InputException(
          "%s must have a column score_<label> for two or more labels, has %s"
              .formatted(file, line.getHeader()));
    }
    return labels;
  }

  private static ScoredCase scored(
      NamedCsvRecord line, List<String> labels, Function<String, Optional<Labelled>> lookup) {
    String image = line.findField("image").or(() -> line.findField("file")).orElse("");
    String truth = line.findField("truth").orElse("");
    if (truth.isEmpty() && !image.isEmpty()) {
      String name = image;
      Labelled found =
          lookup
              .apply(name)
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "column truth is missing, and no data set with --data has \"%s\" and its label"
                              .formatted(name)));
      image = found.image();
      truth = found.label();
    }
    if (image.isEmpty()) {
      throw new IllegalArgumentException("column image is missing");
    }
    int index = labels.indexOf(truth);
    if (index < 0) {
      throw new IllegalArgumentException(
          "column truth must hold one of %s, was \"%s\"".formatted(labels, truth));
    }
    List<Double> probabilities = new ArrayList<>();
    for (String label : labels) {
      String text = required(line, SCORE + label);
      try {
        probabilities.add(Double.valueOf(text));
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(
            "column %s%s must hold a number, was \"%s\"".formatted(SCORE, label, text), e);
      }
    }
    return new ScoredCase(
        image,
        field(line, "group").orElse(image),
        index,
        probabilities,
        field(line, "part").orElse(Cohort.ALL),
        line.findField("decision").orElse("").equals(Prediction.REFER));
  }

  private static Optional<String> field(NamedCsvRecord line, String column) {
    return line.findField(column).filter(text -> !text.isEmpty());
  }

  private static String required(NamedCsvRecord line, String column) {
    return field(line, column)
        .orElseThrow(() -> new IllegalArgumentException("column " + column + " is missing"));
  }
}
