package org.senoscope.claims;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.senoscope.files.Json;

/**
 * What one system published, and how it is run again.
 *
 * @param number 1 to 5
 * @param id short name, of folders and files
 * @param title what the system answers
 * @param published its figures
 * @param protocol what could be found of how they came about
 * @param data name of the data set's folder, as docs/data.md makes it
 * @param about what a reader must know of our runs
 * @param honest recipes that are run on grouped folds
 * @param leaky how the published way is repeated
 */
public record Claim(
    int number,
    String id,
    String title,
    List<Figure> published,
    String protocol,
    String data,
    String about,
    List<String> honest,
    Leaky leaky) {
  private static final String RESOURCE = "claims.yaml";

  public Claim {
    published = List.copyOf(published);
    honest = List.copyOf(honest);
  }

  /**
   * A published figure.
   *
   * @param what it measures
   * @param value 0..1
   */
  public record Figure(String what, double value) {}

  /**
   * The published way, repeated.
   *
   * @param name what it is called: as they did, or the usual mistake where that is not known
   * @param recipe whose preprocessing, augmentation and network are taken
   * @param originals images at most, drawn at random; empty for all
   * @param copies augmented copies of each image, made before the split; 1 for the image alone
   * @param perClass copies of each class in all, instead; empty for {@code copies}
   * @param epochs that are trained
   * @param words what is done, in a sentence
   */
  public record Leaky(
      String name,
      String recipe,
      Optional<Integer> originals,
      int copies,
      Optional<Integer> perClass,
      int epochs,
      String words) {
    /** Whether copies are made before the split. */
    boolean copiesFirst() {
      return copies > 1 || perClass.isPresent();
    }
  }

  /** The five, in their order. */
  public static List<Claim> all() throws IOException {
    try (InputStream in = Claim.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException("The jar lacks its resource " + RESOURCE);
      }
      JsonNode list =
          Json.parseYaml(new String(in.readAllBytes(), StandardCharsets.UTF_8), RESOURCE);
      return list.valueStream().map(Claim::of).toList();
    }
  }

  private static Claim of(JsonNode json) {
    JsonNode leaky = json.required("leaky");
    return new Claim(
        json.required("number").intValue(),
        json.required("id").textValue(),
        json.required("title").textValue(),
        json.required("published")
            .valueStream()
            .map(
                each ->
                    new Figure(
                        each.required("what").textValue(), each.required("value").doubleValue()))
            .toList(),
        json.required("protocol").textValue(),
        json.required("data").textValue(),
        json.required("about").textValue(),
        json.required("honest").valueStream().map(JsonNode::textValue).toList(),
        new Leaky(
            leaky.path("name").asText("as they did"),
            leaky.required("recipe").textValue(),
            whole(leaky, "originals"),
            whole(leaky, "copies").orElse(1),
            whole(leaky, "perClass"),
            leaky.required("epochs").intValue(),
            leaky.required("words").textValue()));
  }

  private static Optional<Integer> whole(JsonNode json, String key) {
    return json.has(key) ? Optional.of(json.path(key).intValue()) : Optional.empty();
  }
}
