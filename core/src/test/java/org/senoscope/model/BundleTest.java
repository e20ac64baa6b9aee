package org.senoscope.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.senoscope.files.Json;
import org.senoscope.refusal.Limits;
import org.senoscope.study.Task;
import org.senoscope.work.InputException;

class BundleTest {
  @TempDir private Path folder;
  private Path tiny = Path.of("");

  @BeforeEach
  void write() throws IOException {
    tiny = folder.resolve("tiny");
    TinyBundle.write(
        tiny, true, Fingerprint.of(List.of(new Fingerprint.Image("ab".repeat(32), 5))));
  }

  @Test
  void theDescriptionIsReadAsItWasWritten() throws IOException {
    Bundle bundle = Bundle.open(tiny);
    BundleDescription expected = TinyBundle.description(true);
    BundleDescription found = bundle.description();
    assertThat(found.name()).isEqualTo("tiny");
    assertThat(found.tasks()).containsExactly(TinyBundle.TASK);
    assertThat(found.heads()).isEqualTo(expected.heads());
    assertThat(found.input()).isEqualTo(expected.input());
    assertThat(found.preprocessing()).isEqualTo(expected.preprocessing());
    assertThat(found.mirroredAveraging()).isTrue();
    assertThat(found.validation()).isEqualTo(expected.validation());
    assertThat(bundle.fileNames())
        .containsExactly(
            "LICENSE", "README.md", "fingerprint.bin", "model.onnx", "weights.safetensors");
    assertThat(bundle.readText(Bundle.README)).startsWith("# tiny");
    assertThat(bundle.fingerprint().contains("ab".repeat(32))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"model.onnx", "weights.safetensors", "fingerprint.bin", "README.md", "LICENSE"})
  void aFileThatIsMissingCutLongerOrChangedIsNamed(String name) throws IOException {
    Path file = tiny.resolve(name);
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length - 1));
    refused(tiny, name + " is cut off");
    Files.write(file, Arrays.copyOf(whole, whole.length + 1));
    refused(tiny, name + " is longer");
    byte[] changed = whole.clone();
    changed[whole.length / 2] ^= 1;
    Files.write(file, changed);
    refused(tiny, name + " was changed");
    Files.delete(file);
    refused(tiny, name + " is missing");
  }

  @Test
  void allFaultsAreNamedAtOnce() throws IOException {
    Files.delete(tiny.resolve("README.md"));
    Files.writeString(tiny.resolve("LICENSE"), "");
    edit(
        json -> {
          json.put("name", "no/slash");
          json.put("mirroredAveraging", "yes");
          ((ObjectNode) json.path("tasks").path(0)).put("output", "softmin");
          ((ObjectNode) json.path("input")).put("layout", "HWCN");
        });
    assertThatThrownBy(() -> Bundle.open(tiny))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll(
            "README.md is missing",
            "LICENSE is cut off",
            "mirroredAveraging must be true or false",
            "output of task pathology must be softmax or sigmoid, was \"softmin\"",
            "layout must be NCHW or NHWC, was \"HWCN\"");
  }

  @Test
  void aDescriptionThatWouldBeMisunderstoodIsRefused() throws IOException {
    byte[] whole = Files.readAllBytes(tiny.resolve("model.json"));
    edit(json -> json.put("schema", "senoscope/model/2"));
    refused(tiny, "senoscope/model/2");
    Files.write(tiny.resolve("model.json"), whole);
    edit(json -> ((ObjectNode) json.path("tasks").path(0)).putObject("calibration"));
    refused(tiny, "task pathology: calibration must be an object");
    Files.write(tiny.resolve("model.json"), whole);
    edit(json -> json.putObject("limits"));
    refused(tiny, "limits: \"cases\" must be a whole number from 0");
    Files.write(tiny.resolve("model.json"), whole);
    edit(json -> json.set("limits", Limits.none(Optional.empty(), true).toJson()));
    refused(tiny, "limits need the file reference.safetensors");
    Files.write(tiny.resolve("model.json"), whole);
    edit(json -> ((ObjectNode) json.path("input")).put("height", 9));
    refused(tiny, "preprocessing must end with the input's 9 × 12, gives 8 × 12");
    Files.write(tiny.resolve("model.json"), whole);
    edit(json -> ((ObjectNode) json.path("files")).remove("fingerprint.bin"));
    refused(tiny, "does not list fingerprint.bin");
    Files.write(tiny.resolve("model.json"), whole);
    edit(json -> ((ObjectNode) json.path("files")).putObject("../evil").put("bytes", 1));
    refused(tiny, "\"../evil\" is not a plain file name");
  }

  @Test
  void fieldsOfALaterVersionAreIgnored() throws IOException {
    edit(json -> json.put("mood", "good"));
    assertThat(Bundle.open(tiny).description().name()).isEqualTo("tiny");
  }

  @Test
  void noCutDescriptionIsTakenForWhole() throws IOException {
    byte[] whole = Files.readAllBytes(tiny.resolve("model.json"));
    // The last byte is a line's end. Not every length: each is a file to be written.
    for (int length = 0; length < whole.length - 1; length += 29) {
      Files.write(tiny.resolve("model.json"), Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> Bundle.open(tiny)).isInstanceOf(InputException.class);
    }
  }

  @Test
  void theIdentityChangesWithAnyFile() throws IOException {
    String sha256 = Bundle.open(tiny).sha256();
    assertThat(sha256).hasSize(64);
    Bundle other = TinyBundle.write(folder.resolve("other"), false, Fingerprint.of(List.of()));
    assertThat(other.sha256()).isNotEqualTo(sha256);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "tiny/", "models/tiny/"})
  void aZipOfTheFolderAnswersAsTheFolder(String prefix) throws IOException {
    Path zip = folder.resolve("tiny.zip");
    zip(zip, prefix, Bundle.REQUIRED, Bundle.MODEL_JSON);
    var image = PredictorTest.image(TinyBundle.expected().path("cases").path(0));
    try (Predictor fromFolder = Predictor.open(Bundle.open(tiny), 1);
        Predictor fromZip = Predictor.open(Bundle.open(zip), 1)) {
      assertThat(fromZip.predict("a", image)).isEqualTo(fromFolder.predict("a", image));
      assertThat(fromZip.bundle().sha256()).isEqualTo(fromFolder.bundle().sha256());
      assertThat(fromZip.bundle().fingerprint().size()).isEqualTo(1);
      assertThat(fromZip.bundle().weights().tensors())
          .isEqualTo(fromFolder.bundle().weights().tensors());
    }
  }

  @Test
  void aHostileZipLandsNowhereAndTakesNoMemory() throws IOException {
    Path zip = folder.resolve("evil.zip");
    byte[] megabyte = new byte[1 << 20];
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
      for (String name : Bundle.REQUIRED) {
        if (!name.equals(Bundle.WEIGHTS)) {
          entry(out, name, Files.readAllBytes(tiny.resolve(name)));
        }
      }
      entry(out, "model.json", Files.readAllBytes(tiny.resolve("model.json")));
      entry(out, "../../escaped", new byte[10]);
      out.putNextEntry(new ZipEntry(Bundle.WEIGHTS));
      for (int i = 0; i < 64; i++) { // 64 MB of zeros, 64 KB in the zip
        out.write(megabyte);
      }
      out.closeEntry();
    }
    refused(zip, "weights.safetensors is longer than its 676 bytes");
    assertThat(folder.resolveSibling("escaped")).doesNotExist();
  }

  @Test
  void whatIsNoBundleIsSaidToBeNone() throws IOException {
    refused(folder.resolve("nowhere"), "There is no bundle at");
    refused(Files.createDirectory(folder.resolve("empty")), "it has no model.json");
    Path noise = Files.write(folder.resolve("noise.zip"), new byte[100]);
    refused(noise, "neither a bundle's folder nor a whole zip of one");
    Path zip = folder.resolve("two.zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
      entry(out, "a/model.json", new byte[0]);
      entry(out, "b/model.json", new byte[0]);
    }
    refused(zip, "more than one model.json");
    Path without = folder.resolve("without.zip");
    zip(without, "", Bundle.REQUIRED);
    refused(without, "holds no model.json");
    Path whole = folder.resolve("whole.zip");
    zip(whole, "", Bundle.REQUIRED, Bundle.MODEL_JSON);
    byte[] bytes = Files.readAllBytes(whole);
    for (int length : new int[] {10, bytes.length / 2, bytes.length - 1}) {
      Files.write(whole, Arrays.copyOf(bytes, length));
      refused(whole, "whole zip");
    }
  }

  @Test
  void aBundleIsNotWrittenOverAnother() {
    assertThatThrownBy(() -> TinyBundle.write(tiny))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("exists already");
  }

  @Test
  void aBundleThatCouldNotBeOpenedIsNotWritten() throws IOException {
    var files = TinyBundle.files(Fingerprint.of(List.of()));
    files.put(Bundle.WEIGHTS, out -> out.write("no tensors".getBytes(StandardCharsets.UTF_8)));
    Path target = folder.resolve("new");
    assertThatThrownBy(() -> BundleWriter.write(target, TinyBundle.description(true), files))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("not valid safetensors");
    files.put(
        Bundle.WEIGHTS,
        out -> {
          throw new IOException("disk full");
        });
    assertThatThrownBy(() -> BundleWriter.write(target, TinyBundle.description(true), files))
        .hasMessage("disk full");
    try (var left = Files.list(folder)) {
      assertThat(left).containsExactly(tiny);
    }
  }

  @Test
  void aHeadOfOneSigmoidIsForTwoLabels() {
    assertThat(OutputForm.SIGMOID.probabilities(new float[] {0})).containsExactly(0.5, 0.5);
    assertThat(OutputForm.SIGMOID.probabilities(new float[] {50})[1]).isGreaterThan(0.999);
    assertThat(OutputForm.SOFTMAX.probabilities(new float[] {1e30f, 0})).containsExactly(1, 0);
    assertThatThrownBy(() -> new Head(TinyBundle.TASK, OutputForm.SIGMOID))
        .hasMessageContaining("use softmax");
    assertThat(new Head(new Task("cancer", List.of("0", "1")), OutputForm.SIGMOID).logits())
        .isEqualTo(1);
  }

  private void edit(Consumer<ObjectNode> change) throws IOException {
    Path file = tiny.resolve("model.json");
    ObjectNode json = (ObjectNode) Json.read(file);
    change.accept(json);
    Files.writeString(file, Json.format(json));
  }

  private static void refused(Path path, String fault) {
    assertThatThrownBy(() -> Bundle.open(path))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(fault)
        .hasMessageContaining(String.valueOf(path.getFileName()));
  }

  private void zip(Path zip, String prefix, List<String> names, String... more) throws IOException {
    try (OutputStream file = Files.newOutputStream(zip);
        ZipOutputStream out = new ZipOutputStream(file)) {
      for (String name : names) {
        entry(out, prefix + name, Files.readAllBytes(tiny.resolve(name)));
      }
      for (String name : more) {
        entry(out, prefix + name, Files.readAllBytes(tiny.resolve(name)));
      }
    }
  }

  private static void entry(ZipOutputStream out, String name, byte[] bytes) throws IOException {
    out.putNextEntry(new ZipEntry(name));
    out.write(bytes);
    out.closeEntry();
  }
}
