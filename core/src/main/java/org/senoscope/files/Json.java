package org.senoscope.files;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.senoscope.work.InputException;

/**
 * JSON and YAML as trees. Every object that a file or answer holds carries {@code "schema":
 * "senoscope/<kind>/<number>"}. Numbers are plain: NaN and infinity are refused on writing, since
 * JSON has none. Repeated keys are errors.
 */
public final class Json {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
          .build();

  private Json() {}

  /** An empty object. */
  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /** An object that says what it is, such as {@code senoscope/split/1}. */
  public static ObjectNode object(String kind) {
    return object().put("schema", schema(kind));
  }

  /** The schema of a kind of object. */
  public static String schema(String kind) {
    return "senoscope/" + kind + "/1";
  }

  /** Any of the JDK's values (maps, lists, strings, numbers, booleans, records) as a tree. */
  public static JsonNode tree(Object value) {
    return MAPPER.valueToTree(value);
  }

  /**
   * Reads JSON text.
   *
   * @throws InputException naming {@code what} and the place of the fault
   */
  public static JsonNode parse(String text, String what) {
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw fault(what, e);
    }
  }

  /**
   * Reads a JSON file.
   *
   * @throws InputException when it is not JSON
   */
  public static JsonNode read(Path file) throws IOException {
    return parse(Files.readString(file), file.toString());
  }

  /**
   * Reads a JSON file of a kind.
   *
   * @throws InputException when it is not JSON or says another schema
   */
  public static JsonNode read(Path file, String kind) throws IOException {
    JsonNode tree = read(file);
    String found = tree.path("schema").asText("none");
    if (!found.equals(schema(kind))) {
      throw new InputException(
          "%s says schema \"%s\", this version reads \"%s\"; make it anew with this version"
              .formatted(file, found, schema(kind)));
    }
    return tree;
  }

  /**
   * Reads YAML text.
   *
   * @throws InputException naming {@code what} and the place of the fault
   */
  public static JsonNode parseYaml(String text, String what) {
    // Made here and not in a field: most commands never read YAML, and its parser is slow to load.
    YAMLMapper yaml =
        YAMLMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
    yaml.getFactory()
        .setStreamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(50).build());
    try {
      return yaml.readTree(text);
    } catch (JsonProcessingException e) {
      throw fault(what, e);
    }
  }

  /** A tree as text over several lines, with a line's end at its end. */
  public static String format(JsonNode tree) {
    try {
      return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(finite(tree)) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A JSON tree can always be written", e);
    }
  }

  /** A tree as text on one line, without a line's end. */
  public static String formatLine(JsonNode tree) {
    try {
      return MAPPER.writeValueAsString(finite(tree));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A JSON tree can always be written", e);
    }
  }

  /** Writes a file that is complete or absent. */
  public static void write(Path file, JsonNode tree) throws IOException {
    AtomicFiles.writeString(file, format(tree));
  }

  private static JsonNode finite(JsonNode tree) {
    if (tree.isFloatingPointNumber() && !Double.isFinite(tree.doubleValue())) {
      throw new IllegalArgumentException(
          "JSON has no %s: write null, with a \"why\" beside it".formatted(tree.doubleValue()));
    }
    tree.forEach(Json::finite);
    return tree;
  }

  private static InputException fault(String what, JsonProcessingException e) {
    var place = e.getLocation();
    return new InputException(
        "%s cannot be read%s: %s"
            .formatted(
                what,
                place == null
                    ? ""
                    : " at line %d, column %d".formatted(place.getLineNr(), place.getColumnNr()),
                e.getOriginalMessage()),
        e);
  }
}
