package org.senoscope.dataset;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.senoscope.study.Laterality;
import org.senoscope.study.Modality;
import org.senoscope.study.Roi;
import org.senoscope.study.View;
import org.senoscope.work.InputException;

/**
 * Reads and writes {@code manifest.csv}: UTF-8, RFC 4180, a header, one row per image. Columns that
 * are not known are ignored.
 */
public final class Manifest {
  private static final String LABEL = "label.";

  private Manifest() {}

  /**
   * Reads all rows.
   *
   * @throws InputException naming the line, the column and what it should hold
   */
  public static List<ManifestRow> read(Path file) throws IOException {
    List<ManifestRow> rows = new ArrayList<>();
    // A third of a row is what many rows have in common.
    Map<Map<String, String>, Map<String, String>> shared = new HashMap<>();
    try (CsvReader<NamedCsvRecord> reader = CsvReader.builder().ofNamedCsvRecord(file)) {
      for (NamedCsvRecord line : reader) {
        try {
          rows.add(row(line, shared));
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
    return rows;
  }

  private static ManifestRow row(
      NamedCsvRecord line, Map<Map<String, String>, Map<String, String>> shared) {
    Map<String, String> labels = new LinkedHashMap<>();
    for (String column : line.getHeader()) {
      if (column.startsWith(LABEL)) {
        String label = line.findField(column).orElse("");
        if (!label.isEmpty()) {
          labels.put(column.substring(LABEL.length()), label);
        }
      }
    }
    String patient = text(line, "patient");
    String group = text(line, "group");
    return new ManifestRow(
        text(line, "image"),
        text(line, "sha256"),
        modality(text(line, "modality")),
        patient,
        group.equals(patient) ? patient : group,
        Laterality.of(text(line, "laterality")),
        View.of(text(line, "view")),
        number(line, "width"),
        number(line, "height"),
        shared.computeIfAbsent(Map.copyOf(labels), same -> same),
        text(line, "mask"),
        Roi.parseAll(text(line, "roi")),
        text(line, "excluded"),
        text(line, "source"),
        text(line, "published"));
  }

  private static String text(NamedCsvRecord line, String column) {
    return line.findField(column).orElse("");
  }

  private static Optional<Modality> modality(String text) {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        Modality.of(text)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "column modality must hold one of %s or nothing, was \"%s\""
                            .formatted(List.of(Modality.values()), text))));
  }

  private static int number(NamedCsvRecord line, String column) {
    String text = text(line, column);
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "column %s must hold a whole number, was \"%s\"".formatted(column, text), e);
    }
  }

  /** Writes rows one by one, so that a manifest of any length takes no memory. */
  public static final class Output implements AutoCloseable {
    private final CsvWriter csv;
    private final List<String> tasks;

    /**
     * Writes the header.
     *
     * @param out closed with this
     * @param tasks the tasks that have a column
     */
    public Output(Writer out, List<String> tasks) {
      this.csv = CsvWriter.builder().build(out);
      this.tasks = List.copyOf(tasks);
      List<String> header =
          new ArrayList<>(
              List.of(
                  "image",
                  "sha256",
                  "modality",
                  "patient",
                  "group",
                  "laterality",
                  "view",
                  "width",
                  "height"));
      tasks.forEach(task -> header.add(LABEL + task));
      header.addAll(List.of("mask", "roi", "excluded", "source", "published"));
      csv.writeRecord(header);
    }

    /** Writes one row. */
    public void write(ManifestRow row) {
      List<String> fields = new ArrayList<>();
      fields.add(row.image());
      fields.add(row.sha256());
      fields.add(row.modality().map(Modality::name).orElse(""));
      fields.add(row.patient());
      fields.add(row.group());
      fields.add(row.laterality().map(Laterality::name).orElse(""));
      fields.add(row.view().map(View::name).orElse(""));
      fields.add(Integer.toString(row.width()));
      fields.add(Integer.toString(row.height()));
      for (String task : tasks) {
        fields.add(row.label(task).orElse(""));
      }
      fields.add(row.mask());
      fields.add(Roi.format(row.roi()));
      fields.add(row.excluded());
      fields.add(row.source());
      fields.add(row.published());
      csv.writeRecord(fields);
    }

    @Override
    public void close() throws IOException {
      csv.close();
    }
  }
}
