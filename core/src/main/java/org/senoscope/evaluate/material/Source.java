package org.senoscope.evaluate.material;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.senoscope.dataset.Dataset;
import org.senoscope.files.Json;
import org.senoscope.work.InputException;

/**
 * What {@code dataset.json} says of a data set. Text that is not known is empty.
 *
 * @param name of the set
 * @param importer that read it
 * @param licence of the images
 * @param citation that the publisher asks for
 * @param notes known defects
 * @param patients that the source names; 0 when it names none
 * @param refused the reason for each entry that the import did not take: file, mask or line of a
 *     table
 */
public record Source(
    String name,
    String importer,
    String licence,
    String citation,
    List<String> notes,
    int patients,
    List<String> refused) {
  public Source {
    notes = List.copyOf(notes);
    refused = List.copyOf(refused);
  }

  static Source read(Dataset dataset) throws IOException {
    JsonNode json = Json.read(dataset.root().resolve("dataset.json"), "dataset");
    return new Source(
        dataset.name(),
        json.path("importer").asText(),
        json.path("licence").asText(),
        json.path("citation").asText(),
        json.path("notes").valueStream().map(JsonNode::asText).toList(),
        json.path("patients").asInt(),
        refused(dataset.root().resolve("rejected.csv"), json.path("rejected").asInt()));
  }

  private static List<String> refused(Path file, int count) throws IOException {
    List<String> reasons = new ArrayList<>();
    if (Files.isRegularFile(file)) {
      try (CsvReader<NamedCsvRecord> reader = CsvReader.builder().ofNamedCsvRecord(file)) {
        reader.forEach(line -> reasons.add(line.findField("reason").orElse("")));
      } catch (CsvParseException e) {
        throw new InputException("%s is not a CSV file: %s".formatted(file, e.getMessage()), e);
      }
    }
    while (reasons.size() < count) {
      reasons.add("reason not kept");
    }
    return reasons;
  }

  /** As it stands in files. */
  ObjectNode toJson() {
    ObjectNode json =
        Json.object()
            .put("name", name)
            .put("importer", importer)
            .put("licence", licence)
            .put("citation", citation)
            .put("patients", patients);
    json.set("notes", Json.tree(notes));
    return json;
  }
}
