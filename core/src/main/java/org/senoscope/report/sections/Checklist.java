package org.senoscope.report.sections;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A reporting guideline's items, in words of our own.
 *
 * <p>Sources: CLAIM, 2024 update (Tejani and others, Radiology: Artificial Intelligence 6, 2024);
 * TRIPOD+AI (Collins and others, BMJ 385, 2024).
 *
 * @param name of the guideline
 * @param items in its order
 */
record Checklist(String name, List<Item> items) {
  /**
   * One item.
   *
   * @param number as the guideline has it, such as {@code 12a}
   * @param section of the guideline
   * @param asks what it asks for
   * @param fact the name of the {@link Facts} that answers it; empty where a person must
   */
  record Item(String number, String section, String asks, String fact) {}

  Checklist {
    items = List.copyOf(items);
  }

  static Checklist claim() throws IOException {
    return read("CLAIM 2024", "claim-2024.csv");
  }

  static Checklist tripod() throws IOException {
    return read("TRIPOD+AI", "tripod-ai.csv");
  }

  private static Checklist read(String name, String resource) throws IOException {
    InputStream in = Checklist.class.getResourceAsStream(resource);
    if (in == null) {
      throw new IllegalStateException("The jar lacks its resource " + resource);
    }
    List<Item> items = new ArrayList<>();
    try (CsvReader<NamedCsvRecord> reader =
        CsvReader.builder().ofNamedCsvRecord(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      reader.forEach(
          line ->
              items.add(
                  new Item(
                      line.getField("item"),
                      line.getField("section"),
                      line.getField("asks"),
                      line.getField("fact"))));
    }
    return new Checklist(name, items);
  }
}
