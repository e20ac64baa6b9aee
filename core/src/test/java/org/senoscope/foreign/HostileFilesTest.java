package org.senoscope.foreign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.senoscope.foreign.formats.ModelFiles;
import org.senoscope.onnx.OnnxGraph;
import org.senoscope.onnx.OnnxGraph.Dimension;
import org.senoscope.work.InputException;

/** Files that nobody vouches for: each is refused in one line, and leaves nothing behind. */
class HostileFilesTest {
  /** Files of noise for each good one; more by {@code -Dnoises=}. */
  private static final int NOISES = Integer.getInteger("noises", 200);

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "huge.h5 | have shape [1048576, 1048576], the layer needs [120, 3]",
        "external-link.h5 | is a link to elsewhere, which is never followed",
        "soft-link.h5 | is a link to elsewhere, which is never followed",
        "missing.h5 | has 0 weights called kernel",
        "wrong-shape.h5 | have shape [119, 3], the layer needs [120, 3]",
        "whole-numbers.h5 | are int, not real numbers",
        "not-finite.h5 | numbers that are not finite",
        "lambda.keras | Lambda (lambda), which is code and never run",
        "lambda.h5 | Lambda (lambda), which is code and never run",
        "only.weights.h5 | holds no network, only weights",
        "branches.keras | layer add (Add) takes 2 inputs",
        "by-chance.keras | works as in training, where it answers by chance",
        "tanh.keras | ends with the activation tanh",
        "augmented.onnx | answers by chance (StatelessRandomUniformV2)",
        "three-sigmoids.keras | ends with 3 sigmoids, each for itself",
      })
  void eachMadeOfAGoodOneIsRefused(String name, String fault) throws IOException {
    refused(ForeignFiles.copy("hostile/" + name, folder)).hasMessageContaining(fault);
  }

  @Test
  void supportedLayersAreNamedWithTheOneThatIsNot() throws IOException {
    refused(ForeignFiles.copy("hostile/lambda.keras", folder))
        .hasMessageContaining("Supported are Rescaling, Conv2D")
        .hasMessageContaining("tf2onnx");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rows.h5", "rows.keras", "torch-like.onnx"})
  void aFileCutAnywhereIsRefused(String name) throws IOException {
    byte[] whole = Files.readAllBytes(ForeignFiles.copy(name, folder));
    Path cut = folder.resolve("cut");
    for (int length = 0; length < whole.length; length += 1 + whole.length / 60) {
      Files.write(cut, Arrays.copyOf(whole, length));
      refused(cut);
    }
  }

  @ParameterizedTest
  @CsvSource({"rows.h5, 1", "cnn.h5, 2", "rows.keras, 3", "torch-like.onnx, 4", "cnn.onnx, 5"})
  @Timeout(value = 20, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void noiseIsRefusedOrTaken(String name, long seed) throws IOException {
    byte[] whole = Files.readAllBytes(ForeignFiles.copy(name, folder));
    Random random = new Random(seed);
    Path changed = folder.resolve("changed");
    int refused = 0;
    for (int round = 0; round < NOISES; round++) {
      byte[] bytes = whole.clone();
      for (int change = 0; change <= round % 12; change++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      Files.write(changed, bytes);
      refused += isRefused(changed) ? 1 : 0;
    }
    // Most bytes are weights, which may be any.
    assertThat(refused).isBetween(NOISES / 50, NOISES - 1);
  }

  private static boolean isRefused(Path file) throws IOException {
    try {
      ForeignNetwork network = ModelFiles.read(file, ForeignFiles.options("0..1"));
      int outputs = network.outputs().orElse(3);
      byte[] onnx =
          network.writer().write(outputs, name -> new OnnxGraph.External("weights", 0, 4));
      assertThat(onnx).isNotEmpty();
      return false;
    } catch (InputException | IllegalArgumentException e) { // the latter as the writer may
      assertThat(e.getMessage()).isNotBlank();
      return true;
    }
  }

  @Test
  void aBombIsDefused() throws IOException {
    Path bomb = folder.resolve("bomb.keras");
    try (ZipFile good = new ZipFile(ForeignFiles.copy("rows.keras", folder).toFile());
        ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(bomb))) {
      out.putNextEntry(new ZipEntry("config.json"));
      out.write(read(good, "config.json"));
      out.putNextEntry(new ZipEntry("model.weights.h5"));
      byte[] zeros = new byte[1 << 20];
      for (int i = 0; i < 100; i++) {
        out.write(zeros);
      }
    }
    assertThat(Files.size(bomb)).isLessThan(200_000);
    refused(bomb).hasMessageContaining("which no weights of its size do");
    assertThat(leftOvers()).isZero();
  }

  @Test
  void aConfigurationThatUnpacksWithoutEndIsRefused() throws IOException {
    byte[] spaces = new byte[20 << 20];
    Arrays.fill(spaces, (byte) ' ');
    Path bomb = keras(Map.of("config.json", spaces));
    refused(bomb).hasMessageContaining("config.json unpacks to more than");
  }

  @Test
  void nestingWithoutEndIsRefused() throws IOException {
    String deep = "[".repeat(100_000);
    refused(keras(Map.of("config.json", deep.getBytes(StandardCharsets.UTF_8))));
  }

  @Test
  void entriesOfAZipAreNeverUnpackedByTheirNames() throws IOException {
    Path inner = Files.createDirectories(folder.resolve("a").resolve("b"));
    Path tricky = inner.resolve("tricky.keras");
    Path good = ForeignFiles.copy("rows.keras", folder);
    try (ZipFile from = new ZipFile(good.toFile());
        ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(tricky))) {
      for (String name : new String[] {"../evil", "/evil", "assets/../../evil", "..\\evil"}) {
        out.putNextEntry(new ZipEntry(name));
        out.write(1);
      }
      for (String name : new String[] {"config.json", "model.weights.h5"}) {
        out.putNextEntry(new ZipEntry(name));
        out.write(read(from, name));
      }
    }
    ForeignFiles.bring(
        tricky, ForeignFiles.options("0..1"), ForeignFiles.labels(3), inner.resolve("bundle"));
    try (Stream<Path> all = Files.walk(folder)) {
      assertThat(all.filter(path -> path.toString().contains("evil"))).isEmpty();
    }
    assertThat(leftOvers()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"units\": 3 | \"units\": 4 | have shape [120, 3], the layer needs [120, 4]",
        "\"units\": 3 | \"units\": 999999999 | must be a whole number of 1 to 1000000",
        "\"units\": 3 | \"units\": -3 | must be a whole number of 1 to 1000000",
        "\"units\": 3 | \"units\": \"3\" | must be a whole number of 1 to 1000000",
        "\"units\": 3 | \"units\": 1000000 | have shape [120, 3], the layer needs [120, 1000000]",
        "[null, 12, 10] | [null, 4000, 4000, 3] | have shape [120, 3], the layer needs [48000000, 3]",
        "[null, 12, 10] | [null, 4096, 4096, 3] | with its weights the network has more than",
        "[null, 12, 10] | [null, 99999, 99999, 3] | rows and columns must be 1 to 4096",
        "[null, 12, 10] | [null, 12, 10, 7] | 7 channels is not supported",
        "[null, 12, 10] | [null, 12, 0, 1] | rows and columns must be 1 to 4096",
        "[null, 12, 10] | [null] | which is no image",
        "\"class_name\": \"Flatten\" | \"class_name\": \"Flaten\" | Flaten (flatten)",
        "\"activation\": \"softmax\" | \"activation\": \"hexagon\" | \"hexagon\" is not supported",
        "\"class_name\": \"Sequential\" | \"class_name\": \"MyModel\" | class \"MyModel\", which is code",
        "\"module\": \"keras.layers\", \"class_name\": \"Dense\" | \"module\": \"evil\", \"class_name\": \"Dense\" | Dense (",
        "\"name\": \"flatten | \"name\": \"dense | two layers of the name",
      })
  void aConfigurationThatDoesNotFitIsRefused(String from, String to, String fault)
      throws IOException {
    Path file =
        edited(
            text -> {
              assertThat(text).contains(from);
              return text.replace(from, to);
            });
    refused(file).hasMessageContaining(fault);
  }

  @Test
  void aZipWithoutWeightsIsRefused() throws IOException {
    Path file = folder.resolve("empty.keras");
    try (ZipFile good = new ZipFile(ForeignFiles.copy("rows.keras", folder).toFile());
        ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
      out.putNextEntry(new ZipEntry("config.json"));
      out.write(read(good, "config.json"));
    }
    refused(file).hasMessageContaining("holds no model.weights.h5");
  }

  @ParameterizedTest
  @CsvSource({
    "../secret, only a plain file beside it is read",
    "/etc/passwd, only a plain file beside it is read",
    "deep/secret, only a plain file beside it is read",
    "..\\secret, only a plain file beside it is read",
    ".hidden, only a plain file beside it is read",
    "a-link, is no plain file beside it",
    "absent, is no plain file beside it",
  })
  void weightsOfAnOnnxFileLieBesideItOrNowhere(String location, String fault) throws IOException {
    Path models = Files.createDirectories(folder.resolve("models"));
    Files.write(folder.resolve("secret"), new byte[1 << 10]);
    Files.createSymbolicLink(models.resolve("a-link"), folder.resolve("secret"));
    OnnxGraph graph = new OnnxGraph("curious");
    graph.input(
        "image", List.of(Dimension.BATCH, Dimension.of(1), Dimension.of(2), Dimension.of(2)));
    String row = graph.node("Flatten", List.of("image"));
    String weights =
        graph.external("weights", new long[] {4, 3}, new OnnxGraph.External(location, 0, 48));
    graph.named("answer", "MatMul", List.of(row, weights));
    graph.output("answer", List.of(Dimension.BATCH, Dimension.of(3)));
    Path file = models.resolve("model.onnx");
    Files.write(file, graph.toBytes());
    refused(file).hasMessageContaining(fault);
  }

  @Test
  void otherKindsAreNamedWithTheWayToBringThem() throws IOException {
    Path saved = Files.createDirectories(folder.resolve("saved"));
    Files.createFile(saved.resolve("saved_model.pb"));
    refused(saved).hasMessageContaining("python -m tf2onnx.convert --saved-model");
    refused(folder).hasMessageContaining("is a folder");
    refused(written("net.pt", 0x80, 0x02, 0x8a)).hasMessageContaining("torch.onnx.export");
    refused(written("net.tflite", 0x1c, 0, 0, 0, 'T', 'F', 'L', '3'))
        .hasMessageContaining("TensorFlow Lite");
    refused(written("empty")).hasMessageContaining("neither .onnx, .keras nor .h5");
    Path torch = folder.resolve("net.pth");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(torch))) {
      out.putNextEntry(new ZipEntry("archive/data.pkl"));
    }
    refused(torch).hasMessageContaining("a pickle");
    refused(folder.resolve("nowhere.onnx")).hasMessageContaining("There is no file");
  }

  private AbstractThrowableAssert<?, ? extends Throwable> refused(Path file) {
    Path target = folder.resolve("refused");
    var refusal =
        assertThatThrownBy(
                () ->
                    ForeignFiles.bring(
                        file, ForeignFiles.options("0..1"), ForeignFiles.labels(3), target))
            .as("%s", file)
            .isInstanceOf(InputException.class);
    refusal.message().doesNotContain("\n").hasSizeLessThan(1500);
    assertThat(target).doesNotExist();
    try (Stream<Path> beside = Files.list(folder)) {
      assertThat(beside.filter(path -> path.toString().contains(".partial-"))).isEmpty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return refusal;
  }

  private Path edited(UnaryOperator<String> change) throws IOException {
    try (ZipFile good = new ZipFile(ForeignFiles.copy("rows.keras", folder).toFile())) {
      String config = new String(read(good, "config.json"), StandardCharsets.UTF_8);
      return keras(
          Map.of(
              "config.json",
              change.apply(config).getBytes(StandardCharsets.UTF_8),
              "model.weights.h5",
              read(good, "model.weights.h5")));
    }
  }

  private Path keras(Map<String, byte[]> entries) throws IOException {
    Path file = folder.resolve("made.keras");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        out.putNextEntry(new ZipEntry(entry.getKey()));
        out.write(entry.getValue());
      }
    }
    return file;
  }

  private Path written(String name, int... bytes) throws IOException {
    Path file = folder.resolve(name);
    try (OutputStream out = Files.newOutputStream(file)) {
      for (int each : bytes) {
        out.write(each);
      }
    }
    return file;
  }

  private static byte[] read(ZipFile zip, String name) throws IOException {
    try (InputStream in = zip.getInputStream(zip.getEntry(name))) {
      return in.readAllBytes();
    }
  }

  /** Weights unpacked to the temporary folder and forgotten there. */
  private static long leftOvers() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files
          .filter(path -> path.getFileName().toString().matches("senoscope-.*[.]h5"))
          .count();
    }
  }
}
