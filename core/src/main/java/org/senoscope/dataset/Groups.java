package org.senoscope.dataset;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.senoscope.files.AtomicFiles;
import org.senoscope.work.InputException;

/**
 * Which images belong together, as {@code groups.csv} has it: patient, what the source joins, and
 * verified duplicates, joined transitively. A split never cuts a group. The audit writes the file;
 * a person may mend it.
 *
 * @param entries by image, in the file's order
 */
public record Groups(Map<String, Entry> entries) {
  /**
   * One image's group.
   *
   * @param group a number such as {@code g17}, which names no patient; alone in it when nothing
   *     joins the image to another
   * @param why what joins it, several joined by {@code ;}: {@code patient}, {@code source} (the
   *     manifest's column {@code group}), {@code exact-duplicate}, {@code near-duplicate}; empty
   *     when alone
   * @param duplicates a number such as {@code d3}, shared by images that are copies of one another
   *     (transitively, but not by patient); empty when there is no copy
   * @param unreadable why the image could not be read at the audit; empty when it could
   */
  public record Entry(String group, String why, String duplicates, String unreadable) {
    public Entry {
      if (group.isBlank()) {
        throw new IllegalArgumentException("column group must not be empty");
      }
    }
  }

  public Groups {
    entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
  }

  /**
   * Reads {@code groups.csv}; of the columns, image and group must be there.
   *
   * @throws InputException naming the line and the fault
   */
  public static Groups read(Path file) throws IOException {
    Map<String, Entry> entries = new LinkedHashMap<>();
    try (CsvReader<NamedCsvRecord> reader = CsvReader.builder().ofNamedCsvRecord(file)) {
      for (NamedCsvRecord line : reader) {
        String image = text(line, "image");
        try {
          Entry entry =
              new Entry(
                  text(line, "group"),
                  text(line, "why"),
                  text(line, "duplicates"),
                  text(line, "unreadable"));
          if (entries.put(image, entry) != null) {
            throw new IllegalArgumentException("image %s has a line already".formatted(image));
          }
        } catch (IllegalArgumentException e) {
          throw new InputException(
              "%s, line %d: %s; mend it, or run senoscope audit again"
                  .formatted(file, line.getStartingLineNumber(), e.getMessage()),
              e);
        }
      }
    } catch (CsvParseException e) {
      throw new InputException("%s is not a CSV file: %s".formatted(file, e.getMessage()), e);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return new Groups(entries);
  }

  /** Writes {@code groups.csv}, complete or not at all. */
  public void write(Path file) throws IOException {
    AtomicFiles.write(
        file,
        out -> {
          CsvWriter csv =
              CsvWriter.builder()
                  .build(new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8)));
          csv.writeRecord("image", "group", "why", "duplicates", "unreadable");
          entries.forEach(
              (image, entry) ->
                  csv.writeRecord(
                      image, entry.group, entry.why, entry.duplicates, entry.unreadable));
          csv.flush();
        });
  }

  /** Every image by itself, where nothing is known of what belongs together. */
  public static Groups alone(Collection<String> images) {
    Map<String, Entry> entries = new LinkedHashMap<>();
    images.forEach(image -> entries.put(image, new Entry(image, "", "", "")));
    return new Groups(entries);
  }

  /**
   * What is known of an image.
   *
   * @throws InputException when the image has no line
   */
  public Entry of(String image) {
    Entry entry = entries.get(image);
    if (entry == null) {
      throw new InputException(
          "groups.csv has no line for %s; run senoscope audit again".formatted(image));
    }
    return entry;
  }

  /** The group of an image. */
  public String groupOf(String image) {
    return of(image).group();
  }

  /** How many groups there are. */
  public int count() {
    return (int) entries.values().stream().map(Entry::group).distinct().count();
  }

  private static String text(NamedCsvRecord line, String column) {
    return line.findField(column).orElse("");
  }
}
