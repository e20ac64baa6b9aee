package org.senoscope.foreign.keras;

import com.fasterxml.jackson.databind.JsonNode;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.senoscope.files.Json;
import org.senoscope.work.InputException;

/** A network as Keras saves it: its configuration, and its variables. */
sealed interface KerasFile extends AutoCloseable {
  /** The configuration of the whole network. */
  JsonNode config();

  /** Of which program, for people. */
  String format();

  /**
   * A layer's variable.
   *
   * @param names it may have, such as {@code kernel}: versions differ
   * @param index its place among the layer's variables
   * @param shape that it must have
   * @throws InputException when it is missing or of another shape
   */
  float[] weights(KerasLayer layer, List<String> names, int index, long... shape);

  @Override
  void close() throws IOException;

  /** {@code .h5}: attribute {@code model_config}, variables by name under {@code model_weights}. */
  final class LegacyHdf5 implements KerasFile {
    private final Path path;
    private final Hdf5 file;
    private final JsonNode config;
    private final Map<String, Map<String, Dataset>> read = new HashMap<>();

    private LegacyHdf5(Path path, Hdf5 file, JsonNode config) {
      this.path = path;
      this.file = file;
      this.config = config;
    }

    static KerasFile open(Path path) {
      Hdf5 file = Hdf5.open(path, path.toString());
      try {
        String config =
            file.text("model_config")
                .orElseThrow(
                    () ->
                        new InputException(
                            "%s holds no network, only weights or something else: save all of it, by model.save"
                                .formatted(path)));
        return new LegacyHdf5(path, file, Json.parse(config, path + " model_config"));
      } catch (RuntimeException e) {
        file.close();
        throw e;
      }
    }

    @Override
    public JsonNode config() {
      return config;
    }

    @Override
    public String format() {
      return "Keras %s (.h5)".formatted(version(file.text("keras_version").orElse("")));
    }

    @Override
    public float[] weights(KerasLayer layer, List<String> names, int index, long... shape) {
      Map<String, Dataset> arrays =
          read.computeIfAbsent(
              layer.outermost(),
              name ->
                  file.group(List.of("model_weights", name)).map(file::arrays).orElse(Map.of()));
      List<Dataset> found = new ArrayList<>();
      int best = layer.path().size() == 1 ? 0 : 1; // inside a model, the layer's name must be there
      for (Map.Entry<String, Dataset> array : arrays.entrySet()) {
        List<String> parts = List.of(array.getKey().split("/", -1));
        if (names.contains(parts.getLast().split(":", 2)[0])) {
          int alike = alike(parts.subList(0, parts.size() - 1), layer.path());
          if (alike > best) {
            found.clear();
            best = alike;
          }
          if (alike == best) {
            found.add(array.getValue());
          }
        }
      }
      if (found.size() != 1) {
        throw new InputException(
            "%s: %s has %d weights called %s, must have one"
                .formatted(path, layer.title(), found.size(), names.getFirst()));
      }
      return file.floats(found.getFirst(), layer.title() + " " + names.getFirst(), shape);
    }

    @Override
    public void close() {
      file.close();
    }

    /** How many names two paths have in common, counted from their ends. */
    private static int alike(List<String> one, List<String> other) {
      int alike = 0;
      while (alike < Math.min(one.size(), other.size())
          && one.get(one.size() - 1 - alike).equals(other.get(other.size() - 1 - alike))) {
        alike++;
      }
      return alike;
    }
  }

  /**
   * {@code .keras}: a zip with {@code config.json}, {@code metadata.json} and {@code
   * model.weights.h5}, whose variables have numbers. No other entry is read, and none is unpacked
   * by its name.
   */
  final class Zip implements KerasFile {
    private static final String WEIGHTS = "model.weights.h5";
    private static final long MOST_TEXT = 16 << 20;
    private static final long MOST_WEIGHTS = 2L << 30;
    private static final List<String> ROOTS = List.of("layers", "_layer_checkpoint_dependencies");

    private final Path path;
    private final Path unpacked;
    private final Hdf5 file;
    private final JsonNode config;
    private final String format;

    private Zip(Path path, Path unpacked, Hdf5 file, JsonNode config, String format) {
      this.path = path;
      this.unpacked = unpacked;
      this.file = file;
      this.config = config;
      this.format = format;
    }

    static KerasFile open(Path path) throws IOException {
      try (ZipFile zip = new ZipFile(path.toFile())) {
        JsonNode config = Json.parse(text(zip, path, "config.json"), path + " config.json");
        String version =
            zip.getEntry("metadata.json") == null
                ? ""
                : Json.parse(text(zip, path, "metadata.json"), path + " metadata.json")
                    .path("keras_version")
                    .asText();
        Path unpacked = Files.createTempFile("senoscope-", ".h5");
        try {
          unpack(zip, path, unpacked);
          Hdf5 file = Hdf5.open(unpacked, path + " " + WEIGHTS);
          return new Zip(
              path, unpacked, file, config, "Keras %s (.keras)".formatted(version(version)));
        } catch (IOException | RuntimeException e) {
          Files.deleteIfExists(unpacked);
          throw e;
        }
      } catch (ZipException | EOFException e) {
        throw new InputException("%s is a damaged zip: %s".formatted(path, e), e);
      }
    }

    @Override
    public JsonNode config() {
      return config;
    }

    @Override
    public String format() {
      return format;
    }

    @Override
    public float[] weights(KerasLayer layer, List<String> names, int index, long... shape) {
      for (String root : ROOTS) {
        List<String> groups = new ArrayList<>(layer.groups());
        groups.replaceAll(name -> name.equals("layers") ? root : name);
        Optional<Group> group = file.group(groups);
        Optional<Dataset> array =
            group.flatMap(found -> file.array(found, Integer.toString(index)));
        if (array.isPresent()) {
          return file.floats(array.get(), layer.title() + " " + names.getFirst(), shape);
        }
      }
      throw new InputException(
          "%s: %s has no weights %s (number %d under %s)"
              .formatted(
                  path, layer.title(), names.getFirst(), index, String.join("/", layer.groups())));
    }

    @Override
    public void close() throws IOException {
      file.close();
      Files.deleteIfExists(unpacked);
    }

    private static String text(ZipFile zip, Path path, String name) throws IOException {
      try (InputStream in = zip.getInputStream(entry(zip, path, name))) {
        byte[] bytes = in.readNBytes((int) MOST_TEXT + 1);
        if (bytes.length > MOST_TEXT) {
          throw new InputException(
              "%s: %s unpacks to more than %d bytes".formatted(path, name, MOST_TEXT));
        }
        return new String(bytes, StandardCharsets.UTF_8);
      }
    }

    private static void unpack(ZipFile zip, Path path, Path target) throws IOException {
      ZipEntry entry = entry(zip, path, WEIGHTS);
      // Keras stores without compression, and weights hardly compress at all.
      long most = Math.min(MOST_WEIGHTS, (64L << 20) + 4 * entry.getCompressedSize());
      try (InputStream in = zip.getInputStream(entry);
          OutputStream out = Files.newOutputStream(target)) {
        byte[] piece = new byte[1 << 16];
        long total = 0;
        for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
          total += read;
          if (total > most) {
            throw new InputException(
                "%s: %s unpacks to more than %d bytes, which no weights of its size do"
                    .formatted(path, WEIGHTS, most));
          }
          out.write(piece, 0, read);
        }
      }
    }

    private static ZipEntry entry(ZipFile zip, Path path, String name) {
      ZipEntry entry = zip.getEntry(name);
      if (entry == null || entry.isDirectory()) {
        throw new InputException(
            "%s is no whole .keras file: it holds no %s".formatted(path, name));
      }
      return entry;
    }
  }

  private static String version(String text) {
    return text.matches("[0-9A-Za-z.+-]{1,20}") ? text : "of unknown version";
  }
}
