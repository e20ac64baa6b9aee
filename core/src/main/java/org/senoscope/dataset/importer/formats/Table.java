package org.senoscope.dataset.importer.formats;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.senoscope.dataset.importer.Importer;
import org.senoscope.work.InputException;

/**
 * A publisher's table: CSV with a header, UTF-8 with or without a byte order mark; separated by
 * comma, or by semicolon or tab where the header has no comma.
 */
final class Table {
  private final Path file;
  private final List<String> header;
  private final char separator;

  private Table(Path file, char separator, List<String> header) {
    this.file = file;
    this.separator = separator;
    this.header = header;
  }

  /** Takes rows; what it throws ends the reading. */
  @FunctionalInterface
  interface RowTaker {
    /** Takes one. */
    void take(Row row);
  }

  /**
   * One row.
   *
   * @param line where it begins in the file
   */
  record Row(long line, NamedCsvRecord fields) {
    /** A field without blanks at its ends; empty when the row ends before it. */
    String get(String column) {
      return fields.findField(column).orElse("").strip();
    }
  }

  /**
   * Reads the header.
   *
   * @throws InputException when it lacks a column that is needed
   */
  static Table open(Path file, List<String> needed) throws IOException {
    char separator = separator(file);
    List<String> header = List.of();
    try (CsvReader<NamedCsvRecord> reader = reader(file, separator)) {
      for (NamedCsvRecord first : reader) {
        header = first.getHeader().stream().map(String::strip).toList();
        break;
      }
    } catch (CsvParseException | UncheckedIOException e) {
      throw fault(file, e);
    }
    if (header.isEmpty()) {
      throw new InputException("%s holds no rows below a header".formatted(file));
    }
    for (String column : needed) {
      if (!header.contains(column)) {
        throw new InputException(
            "%s has no column \"%s\"; it has %s"
                .formatted(file, column, String.join(", ", header)));
      }
    }
    return new Table(file, separator, header);
  }

  List<String> header() {
    return header;
  }

  /** Reads all rows, one at a time; one with too few or too many fields is refused. */
  void rows(Importer.Sink sink, RowTaker taker) throws IOException {
    try (CsvReader<NamedCsvRecord> reader = reader(file, separator)) {
      for (var rows = reader.iterator(); hasNext(rows); ) {
        NamedCsvRecord row = rows.next();
        if (row.getFieldCount() != header.size()) {
          sink.reject(
              "%s line %d".formatted(SourceFiles.nameOf(file), row.getStartingLineNumber()),
              "it has %d fields, the header %d".formatted(row.getFieldCount(), header.size()));
        } else {
          taker.take(new Row(row.getStartingLineNumber(), row));
        }
      }
    }
  }

  private boolean hasNext(java.util.Iterator<NamedCsvRecord> rows) {
    try {
      return rows.hasNext();
    } catch (CsvParseException | UncheckedIOException e) {
      throw fault(file, e);
    }
  }

  private static CsvReader<NamedCsvRecord> reader(Path file, char separator) throws IOException {
    return CsvReader.builder()
        .fieldSeparator(separator)
        .detectBomHeader(true)
        .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
        .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
        .ofNamedCsvRecord(file);
  }

  private static char separator(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new InputException("%s is not a file".formatted(file));
    }
    try (BufferedReader text = Files.newBufferedReader(file)) {
      String line = text.readLine();
      if (line == null || line.contains(",")) {
        return ',';
      }
      return line.contains(";") ? ';' : line.contains("\t") ? '\t' : ',';
    } catch (java.nio.charset.CharacterCodingException e) {
      throw fault(file, e);
    }
  }

  private static InputException fault(Path file, Exception cause) {
    return new InputException(
        "%s is not a table (CSV in UTF-8): %s".formatted(file, cause.getMessage()), cause);
  }
}
