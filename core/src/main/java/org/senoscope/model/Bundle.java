package org.senoscope.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipException;
import org.senoscope.files.Json;
import org.senoscope.onnx.SingleFileOnnx;
import org.senoscope.refusal.Gate;
import org.senoscope.refusal.Limits;
import org.senoscope.refusal.Reference;
import org.senoscope.safetensors.MalformedSafetensorsException;
import org.senoscope.safetensors.SafetensorsFile;
import org.senoscope.work.InputException;

/**
 * A model with all that inference needs, whole and as it was made: every file that {@code
 * model.json} lists has been read and agrees with its checksum. A folder, or a zip of it.
 * Immutable, as long as nobody changes the files.
 */
public final class Bundle {
  /** The description. */
  public static final String MODEL_JSON = "model.json";

  /** Where a training's run keeps its bundle. */
  public static final String IN_RUN = "bundle";

  /** The network; its weights are external data in {@link #WEIGHTS}. */
  public static final String MODEL_ONNX = "model.onnx";

  /** The network in 8 bits, its weights inside, where the bundle carries it. */
  public static final String MODEL_INT8 = "model-int8.onnx";

  /** The one copy of the weights. */
  public static final String WEIGHTS = "weights.safetensors";

  /** What the training images look like, where the bundle has limits. */
  public static final String REFERENCE = "reference.safetensors";

  /** The same as the network in 8 bits sees them; absent where nobody looked. */
  public static final String REFERENCE_INT8 = "reference-int8.safetensors";

  /** The model card. */
  public static final String README = "README.md";

  /** What the weights may be used for. */
  public static final String LICENSE = "LICENSE";

  /** The files that every bundle has beside {@code model.json}. */
  static final List<String> REQUIRED =
      List.of(MODEL_ONNX, WEIGHTS, Fingerprint.FILE, README, LICENSE);

  private static final int LONGEST_JSON = 16 << 20;

  private final Path path;
  private final BundleFiles files;
  private final String sha256;
  private final BundleDescription description;
  private final Map<String, Checksums.FileRecord> records;

  private Bundle(
      Path path,
      BundleFiles files,
      String sha256,
      BundleDescription description,
      Map<String, Checksums.FileRecord> records) {
    this.path = path;
    this.files = files;
    this.sha256 = sha256;
    this.description = description;
    this.records = Collections.unmodifiableMap(records);
  }

  /** Where the bundle lies that a path names: the path itself, or within a run that it names. */
  public static Path at(Path named) {
    Path inRun = named.resolve(IN_RUN);
    return !Files.exists(named.resolve(MODEL_JSON))
            && Files.isRegularFile(inRun.resolve(MODEL_JSON))
        ? inRun
        : named;
  }

  /**
   * Opens a bundle and verifies it.
   *
   * @param named its folder, a zip of it, or a run that has one
   * @throws InputException naming each file that is missing, cut or changed, and each fault of the
   *     description
   * @throws IOException when a file cannot be read
   */
  public static Bundle open(Path named) throws IOException {
    Path path = at(named);
    BundleFiles files = BundleFiles.at(path);
    if (!files.has(MODEL_JSON)) {
      throw new InputException("%s is not a bundle: it has no model.json".formatted(path));
    }
    byte[] bytes;
    try (InputStream in = files.open(MODEL_JSON)) {
      bytes = in.readNBytes(LONGEST_JSON + 1);
    } catch (ZipException e) {
      throw damagedZip(path, e);
    }
    if (bytes.length > LONGEST_JSON) {
      throw new InputException(
          "%s: model.json is longer than the limit of %d bytes".formatted(path, LONGEST_JSON));
    }
    JsonNode json =
        Json.parse(new String(bytes, StandardCharsets.UTF_8), path.resolve(MODEL_JSON).toString());
    String schema = json.path("schema").asText("none");
    if (!schema.equals(Json.schema("model"))) {
      throw new InputException(
          "%s: model.json says schema \"%s\", this version reads \"%s\""
              .formatted(path, schema, Json.schema("model")));
    }
    List<String> faults = new ArrayList<>();
    Map<String, Checksums.FileRecord> records = records(json.path("files"), faults);
    Optional<BundleDescription> description = Optional.empty();
    try {
      description = Optional.of(BundleDescription.parse(json));
    } catch (IllegalArgumentException e) {
      faults.add("model.json: " + e.getMessage());
    }
    if (description.flatMap(BundleDescription::limits).isPresent()
        && !records.containsKey(REFERENCE)) {
      faults.add(
          "model.json: limits need the file %s, and files does not list it".formatted(REFERENCE));
    }
    long total = records.values().stream().mapToLong(Checksums.FileRecord::bytes).sum();
    if (total < 0 || total > files.limit()) {
      faults.add(
          "it says %d bytes, a zip may hold %d: unpack it first".formatted(total, files.limit()));
    } else {
      try {
        for (Map.Entry<String, Checksums.FileRecord> each : records.entrySet()) {
          verify(files, each.getKey(), each.getValue()).ifPresent(faults::add);
        }
        if (faults.isEmpty()) {
          weights(path, files);
        }
      } catch (MalformedSafetensorsException e) {
        faults.add(String.valueOf(e.getMessage()));
      } catch (ZipException e) {
        throw damagedZip(path, e);
      }
    }
    if (!faults.isEmpty() || description.isEmpty()) {
      throw new InputException(
          "Bundle %s cannot be used: %s".formatted(path, String.join("; ", faults)));
    }
    String sha256 = Checksums.hex(Checksums.sha256().digest(bytes));
    return new Bundle(path, files, sha256, description.get(), records);
  }

  /** What the model is. */
  public BundleDescription description() {
    return description;
  }

  /** The folder or zip that was opened. */
  public Path path() {
    return path;
  }

  /** SHA-256 of {@code model.json}, which holds those of all other files: the whole's identity. */
  public String sha256() {
    return sha256;
  }

  /** The names of the files beside {@code model.json}. */
  public List<String> fileNames() {
    return List.copyOf(records.keySet());
  }

  /** A file's bytes, to be closed. */
  public InputStream openFile(String name) throws IOException {
    if (!records.containsKey(name) && !name.equals(MODEL_JSON)) {
      throw new IllegalArgumentException("Bundle %s has no file %s".formatted(path, name));
    }
    return files.open(name);
  }

  /** A file's text, such as the model card's. */
  public String readText(String name) throws IOException {
    try (InputStream in = openFile(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Which images the model was trained on. */
  public Fingerprint fingerprint() throws IOException {
    try (InputStream in = new BufferedInputStream(openFile(Fingerprint.FILE))) {
      return Fingerprint.read(in, path.resolve(Fingerprint.FILE).toString());
    }
  }

  /** The weights. */
  public SafetensorsFile weights() throws IOException {
    return weights(path, files);
  }

  /**
   * What asks of an image whether it may be answered; empty where the bundle has no limits.
   *
   * @param variant whose features are asked about: those in 8 bits lie elsewhere
   * @throws InputException when the file beside the limits does not hold what it must
   */
  public Optional<Gate> gate(Variant variant) throws IOException {
    Optional<Limits> limits = description.limits();
    if (limits.isEmpty()) {
      return Optional.empty();
    }
    String name =
        variant == Variant.INT8 && records.containsKey(REFERENCE_INT8) ? REFERENCE_INT8 : REFERENCE;
    try (InputStream in = openFile(name)) {
      SafetensorsFile file = SafetensorsFile.of(path.resolve(name), in.readAllBytes());
      return Optional.of(new Gate(Reference.parse(file), limits.get()));
    }
  }

  /**
   * The network with its weights inside.
   *
   * @throws InputException when they cannot be joined
   */
  public SingleFileOnnx singleFileOnnx() throws IOException {
    try (InputStream model = openFile(MODEL_ONNX);
        InputStream weights = openFile(WEIGHTS)) {
      return SingleFileOnnx.join(
          ByteBuffer.wrap(model.readAllBytes()), WEIGHTS, ByteBuffer.wrap(weights.readAllBytes()));
    } catch (IllegalArgumentException e) {
      throw new InputException(
          "Bundle %s: model.onnx cannot be joined with its weights: %s"
              .formatted(path, e.getMessage()),
          e);
    }
  }

  /** Whether the bundle carries the network in such numbers. */
  public boolean has(Variant variant) {
    return switch (variant) {
      case FLOAT -> true;
      case INT8 -> records.containsKey(MODEL_INT8);
    };
  }

  /** The folder that the network and its weights can be loaded from; empty for a zip. */
  Optional<Path> folder() {
    return files.folder();
  }

  private static SafetensorsFile weights(Path path, BundleFiles files) throws IOException {
    Optional<Path> folder = files.folder();
    if (folder.isPresent()) {
      return SafetensorsFile.open(folder.get().resolve(WEIGHTS));
    }
    try (InputStream in = files.open(WEIGHTS)) {
      return SafetensorsFile.of(path.resolve(WEIGHTS), in.readAllBytes());
    }
  }

  private static Map<String, Checksums.FileRecord> records(JsonNode json, List<String> faults) {
    Map<String, Checksums.FileRecord> records = new LinkedHashMap<>();
    json.properties()
        .forEach(
            field -> {
              String name = field.getKey();
              JsonNode bytes = field.getValue().path("bytes");
              String sha256 = field.getValue().path("sha256").asText();
              if (!BundleDescription.NAME.matcher(name).matches()) {
                faults.add("model.json: files: \"%s\" is not a plain file name".formatted(name));
              } else if (!bytes.canConvertToLong() || bytes.longValue() < 0 || sha256.isEmpty()) {
                faults.add("model.json: files: %s needs bytes and sha256".formatted(name));
              } else {
                records.put(name, new Checksums.FileRecord(bytes.longValue(), sha256));
              }
            });
    for (String name : REQUIRED) {
      if (!json.has(name)) {
        faults.add("model.json: files does not list %s".formatted(name));
      }
    }
    return records;
  }

  private static Optional<String> verify(
      BundleFiles files, String name, Checksums.FileRecord expected) throws IOException {
    if (!files.has(name)) {
      return Optional.of(name + " is missing");
    }
    Checksums.FileRecord found;
    try (InputStream in = files.open(name)) {
      found = Checksums.of(in, expected.bytes());
    }
    if (found.bytes() != expected.bytes()) {
      return Optional.of(
          found.bytes() < expected.bytes()
              ? "%s is cut off at %d of %d bytes".formatted(name, found.bytes(), expected.bytes())
              : "%s is longer than its %d bytes".formatted(name, expected.bytes()));
    }
    return found.sha256().equals(expected.sha256())
        ? Optional.empty()
        : Optional.of("%s was changed after it was made (SHA-256 differs)".formatted(name));
  }

  private static InputException damagedZip(Path path, ZipException e) {
    return new InputException("%s is a damaged zip: %s".formatted(path, e.getMessage()), e);
  }
}
