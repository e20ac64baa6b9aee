package org.senoscope.refusal;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.senoscope.files.AtomicFiles;

/**
 * {@code distances.csv}: how far images that a network has not seen lie from those that it has; an
 * empty field for a distance that its network cannot tell.
 */
public final class DistancesFile {
  /** Its name in a fold's folder. */
  public static final String NAME = "distances.csv";

  private DistancesFile() {}

  /**
   * One image.
   *
   * @param part that it is in
   */
  public record Row(String image, String part, Distances distances) {}

  /** Writes all at once. */
  public static void write(Path file, List<Row> rows) throws IOException {
    AtomicFiles.write(
        file,
        out -> {
          // Not closed: the stream is the caller's.
          BufferedWriter text =
              new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
          CsvWriter csv = CsvWriter.builder().build(text);
          csv.writeRecord("image", "part", "picture", "texture", "content");
          for (Row row : rows) {
            Distances distances = row.distances();
            csv.writeRecord(
                row.image(),
                row.part(),
                text(distances.picture()),
                text(distances.texture()),
                text(distances.content()));
          }
          csv.flush();
          text.flush();
        });
  }

  private static String text(OptionalDouble value) {
    return value.isPresent() ? Double.toString(value.getAsDouble()) : "";
  }

  /** Reads all. */
  public static List<Row> read(Path file) throws IOException {
    List<Row> rows = new ArrayList<>();
    try (CsvReader<NamedCsvRecord> csv = CsvReader.builder().ofNamedCsvRecord(file)) {
      for (NamedCsvRecord each : csv) {
        rows.add(
            new Row(
                each.getField("image"),
                each.getField("part"),
                new Distances(
                    number(each.getField("picture")),
                    number(each.getField("texture")),
                    number(each.getField("content")))));
      }
    }
    return rows;
  }

  private static OptionalDouble number(String text) {
    return text.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(Double.parseDouble(text));
  }
}
