package org.senoscope.foreign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.senoscope.files.Hashes;
import org.senoscope.foreign.formats.ModelFiles;
import org.senoscope.image.GreyImage;
import org.senoscope.image.steps.Resize;
import org.senoscope.model.Bundle;
import org.senoscope.model.InputDescription;
import org.senoscope.model.TensorLayout;
import org.senoscope.model.TensorValues;
import org.senoscope.onnx.OnnxGraph;
import org.senoscope.onnx.OnnxGraph.Dimension;
import org.senoscope.report.ModelCard;
import org.senoscope.study.Task;
import org.senoscope.work.InputException;

class ImportModelTest {
  @TempDir private Path folder;

  @Test
  void theBundleSaysWhereItCameFromAndThatItsTrainingIsUnknown() throws IOException {
    Path file = ForeignFiles.copy("cnn.keras", folder);
    Bundle bundle =
        ForeignFiles.bring(
                file,
                ForeignFiles.options("0..1"),
                List.of("benign", "malignant"),
                folder.resolve("bundle"))
            .bundle();
    JsonNode imported = bundle.description().provenance().path("imported");
    assertThat(imported.path("sha256").asText()).isEqualTo(Hashes.sha256(file));
    assertThat(imported.path("file").asText()).isEqualTo("cnn.keras");
    assertThat(imported.path("format").asText()).matches("Keras 3\\.\\d+\\.\\d+ \\(\\.keras\\)");
    assertThat(imported.path("trainingImages").asText()).isEqualTo("unknown");
    assertThat(imported.path("maps").asBoolean(true)).isFalse();
    assertThat(bundle.fingerprint().size()).isZero();
    assertThat(bundle.description().calibrated()).isFalse();
    assertThat(bundle.description().mirroredAveraging()).isFalse();
    assertThat(bundle.readText(Bundle.README))
        .contains("Not known. The network was trained by another program")
        .contains("no evaluation of it can be called leak-free or a test result")
        .contains(Hashes.sha256(file))
        .contains("not calibrated")
        .contains("It gives no class maps")
        .contains("Research use only");
    assertThat(bundle.readText(Bundle.LICENSE)).startsWith("Licence not known");
    assertThat(bundle.weights().tensors()).hasSize(15);
  }

  /** So that clients which were written for the network go on sending what they sent. */
  @ParameterizedTest
  @CsvSource({
    "fashion.keras, 0..1, NHWC",
    "fashion.onnx, 0..1, NHWC",
    "fashion-nchw.onnx, 0..1, NCHW",
    "rows.keras, -1..1, NHWC",
    "torch-like.onnx, imagenet, NCHW",
  })
  void callersGiveTensorsAsTheNetworkTookThem(String file, String scale, TensorLayout layout)
      throws IOException {
    ImportedModel imported =
        ForeignFiles.bring(
            ForeignFiles.copy(file, folder),
            ForeignFiles.options(scale),
            ForeignFiles.labels(file.startsWith("fashion") ? 10 : 3),
            folder.resolve("bundle"));
    InputDescription input = imported.bundle().description().input();
    assertThat(input.layout()).isEqualTo(layout);
    assertThat(input.values()).isEqualTo(TensorValues.NETWORK);
  }

  @Test
  void theLibraryThatReadsHdf5KeepsItsTalkToItself() throws IOException {
    ForeignFiles.bring(
        ForeignFiles.copy("rows.h5", folder),
        ForeignFiles.options("0..1"),
        ForeignFiles.labels(3),
        folder.resolve("bundle"));
    assertThat(Logger.getLogger("io.jhdf.HdfFile").isLoggable(Level.SEVERE)).isFalse();
  }

  @Test
  void aLicenceThatIsGivenGoesWithIt() throws IOException {
    Path license = Files.writeString(folder.resolve("terms.txt"), "Ask first.\n");
    Bundle bundle =
        new ImportModel(ModelFiles::read, ModelCard::imported)
            .run(
                new ImportModel.Request(
                    ForeignFiles.copy("rows.keras", folder),
                    ForeignFiles.options("0..1"),
                    Optional.of("quality"),
                    List.of("a", "b", "c"),
                    Resize.Fit.PAD,
                    "named",
                    "2.1",
                    Optional.of(license),
                    folder.resolve("bundle")))
            .bundle();
    assertThat(bundle.readText(Bundle.LICENSE)).isEqualTo("Ask first.\n");
    assertThat(bundle.description().title()).isEqualTo("named 2.1");
    assertThat(bundle.description().task()).isEqualTo(new Task("quality", List.of("a", "b", "c")));
    assertThat(bundle.description().preprocessing().steps())
        .containsExactly(new Resize(12, 10, Resize.Fit.PAD));
  }

  @ParameterizedTest
  @CsvSource({
    "benign;malignant, pathology",
    "malignant;benign;normal, pathology",
    "0;1, cancer",
    "cat;dog, class",
    "benign;dog, class",
  })
  void theTaskIsToldFromTheLabels(String labels, String task) {
    assertThat(ImportModel.taskOf(List.of(labels.split(";")))).isEqualTo(task);
  }

  @ParameterizedTest
  @CsvSource({
    "cnn.keras, 3, '--labels names 3 (label0, label1, label2), the network tells 2'",
    "cnn.onnx, 1, the network tells 2 (one value is the second label's probability)",
    "rows.keras, 2, the network tells 3",
    "fashion.onnx, 9, the network tells 10",
  })
  void labelsThatDoNotFitAreRefused(String file, int labels, String fault) throws IOException {
    Path target = folder.resolve("bundle");
    assertThatThrownBy(
            () ->
                ForeignFiles.bring(
                    ForeignFiles.copy(file, folder),
                    ForeignFiles.options("0..1"),
                    ForeignFiles.labels(labels),
                    target))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(fault);
    assertThat(target).doesNotExist();
  }

  @Test
  void anythingThatIsThereIsNotTouched() throws IOException {
    Path target = Files.createDirectory(folder.resolve("bundle"));
    assertThatThrownBy(
            () ->
                ForeignFiles.bring(
                    ForeignFiles.copy("rows.h5", folder),
                    ForeignFiles.options("0..1"),
                    ForeignFiles.labels(3),
                    target))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("exists already");
    assertThat(target).isEmptyDirectory();
  }

  @ParameterizedTest
  @CsvSource({
    "rows.keras, 12x10x3, 'it takes [12, 10], not the --input'",
    "cnn.keras, 64x32x1, 'it takes [64, 64, 1], not the --input 64x32x1'",
    "cnn.onnx, 64x64x3, 'which cannot be 64x64x3'",
  })
  void aSizeThatIsNotTheNetworksIsRefused(String file, String size, String fault)
      throws IOException {
    ReadOptions plain = ForeignFiles.options("0..1");
    ReadOptions sized =
        new ReadOptions(
            Optional.of(InputSize.parse(size)),
            plain.layout(),
            plain.activation(),
            plain.output(),
            plain.scale());
    assertThatThrownBy(
            () ->
                ForeignFiles.bring(
                    ForeignFiles.copy(file, folder),
                    sized,
                    ForeignFiles.labels(2),
                    folder.resolve("bundle")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(fault);
  }

  @Test
  void aRescalingThatMeetsValuesOfAtMostOneIsPointedOut() throws IOException {
    Path file = ForeignFiles.copy("tutorial.keras", folder);
    List<String> labels = List.of("normal", "benign", "malignant");
    assertThat(
            ForeignFiles.bring(
                    file, ForeignFiles.options("0..1"), labels, folder.resolve("doubtful"))
                .notes())
        .singleElement()
        .asString()
        .contains("divides by about 255 itself")
        .contains("--scale 0..255");
    assertThat(
            ForeignFiles.bring(
                    file, ForeignFiles.options("0..255"), labels, folder.resolve("right"))
                .notes())
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    // An order that only a person can know; sizes that only a person can know.
    "any;any;any;any, '', '', the order of channels cannot be told",
    "any;3;8;3, '', '', the order of channels cannot be told",
    "any;any;any;3, '', nhwc, give its size by --input",
    "any;5;8;7, '', '', which cannot be an image of 1 or 3 channels",
    "any;3;8;8, 8x8x1, '', which cannot be 8x8x1",
    "any;1;99999;8, '', '', rows and columns must be 1 to 4096",
    "any;1;8, '', '', ''",
    "any;8, '', '', only images",
    "any;3;8;3, '', nhwc, ''",
    "any;3;8;3, '', nchw, ''",
    "any;any;any;any, 8x4x1, nhwc, ''",
    "1;1;8;4, '', '', ''",
    "2;8;4;3, '', '', ''",
  })
  void theOrderOfAnOnnxInputIsToldOrAskedFor(String shape, String size, String layout, String fault)
      throws IOException {
    OnnxGraph graph = new OnnxGraph("mean");
    graph.input(
        "data",
        List.of(shape.split(";")).stream()
            .map(
                each ->
                    each.equals("any")
                        ? new Dimension.Named("any")
                        : Dimension.of(Long.parseLong(each)))
            .toList());
    // Softmax of the first two values, whatever the shape.
    String row = graph.node("Flatten", List.of("data"));
    String two =
        graph.node(
            "Slice",
            List.of(
                row,
                graph.inlineIntegers("from", 0),
                graph.inlineIntegers("to", 2),
                graph.inlineIntegers("axis", 1)));
    graph.named("answer", "Softmax", List.of(two));
    graph.output("answer", List.of(Dimension.BATCH, Dimension.of(2)));
    Path file = folder.resolve("mean.onnx");
    Files.write(file, graph.toBytes());
    ReadOptions options =
        new ReadOptions(
            size.isEmpty() ? Optional.empty() : Optional.of(InputSize.parse(size)),
            layout.isEmpty()
                ? Optional.empty()
                : Optional.of(layout.equals("nhwc") ? TensorLayout.NHWC : TensorLayout.NCHW),
            Optional.empty(),
            Optional.empty(),
            Scale.parse("0..1"));
    Path target = folder.resolve("bundle");
    if (fault.isEmpty()) {
      assertThat(
              ForeignFiles.bring(file, options, ForeignFiles.labels(2), target)
                  .bundle()
                  .fileNames())
          .contains("model.onnx");
    } else {
      assertThatThrownBy(() -> ForeignFiles.bring(file, options, ForeignFiles.labels(2), target))
          .isInstanceOf(InputException.class)
          .hasMessageContaining(fault);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "Relu, '', 'ends with Relu, from which what it answers cannot be told: give --activation'",
    "Softmax, logits, 'ends with Softmax, which is not logits: leave --activation out'",
    "Loop, '', it branches or loops (Loop)",
  })
  void anEndingIsToldOrAskedFor(String operator, String said, String fault) throws IOException {
    OnnxGraph graph = new OnnxGraph("ending");
    graph.input(
        "data", List.of(Dimension.BATCH, Dimension.of(1), Dimension.of(1), Dimension.of(3)));
    graph.named("answer", operator, List.of(graph.node("Flatten", List.of("data"))));
    graph.output("answer", List.of(Dimension.BATCH, Dimension.of(3)));
    Path file = folder.resolve("ending.onnx");
    Files.write(file, graph.toBytes());
    ReadOptions options =
        new ReadOptions(
            Optional.of(InputSize.parse("1x3x1")),
            Optional.of(TensorLayout.NCHW),
            said.isEmpty() ? Optional.empty() : Optional.of(Activation.LOGITS),
            Optional.empty(),
            Scale.parse("0..1"));
    assertThatThrownBy(
            () ->
                ForeignFiles.bring(file, options, ForeignFiles.labels(3), folder.resolve("bundle")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(fault);
  }

  @Test
  void aNetworkThatMixesTheImagesOfABatchIsRefused() throws IOException {
    OnnxGraph graph = new OnnxGraph("mixing");
    graph.input(
        "data", List.of(Dimension.BATCH, Dimension.of(1), Dimension.of(2), Dimension.of(2)));
    String row = graph.node("Flatten", List.of("data"));
    String mean = graph.node("ReduceMean", List.of(row), axis(0));
    graph.named("answer", "Add", List.of(row, mean));
    graph.output("answer", List.of(Dimension.BATCH, Dimension.of(4)));
    Path file = folder.resolve("mixing.onnx");
    Files.write(file, graph.toBytes());
    assertThatThrownBy(
            () ->
                ForeignFiles.bring(
                    file,
                    ForeignFiles.options("0..1"),
                    ForeignFiles.labels(4),
                    folder.resolve("bundle")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("otherwise when it comes with others");
    assertThat(folder.resolve("bundle")).doesNotExist();
  }

  private static org.senoscope.onnx.Attribute axis(long axis) {
    return org.senoscope.onnx.Attribute.integers("axes", axis);
  }

  @ParameterizedTest
  @CsvSource({"0..1, 0, 1", "0..255, 0, 255", "-1..1, -1, 1", "-0.5..0.5, -0.5, 0.5"})
  void blackAndWhiteBecomeWhatTheScaleSays(String text, double black, double white) {
    FloatBuffer values = FloatBuffer.allocate(6);
    Scale.parse(text)
        .input(new InputSize(1, 2, 3))
        .write(new GreyImage(1, 2, new float[] {0, 1}), values);
    for (int channel = 0; channel < 3; channel++) {
      assertThat((double) values.get(2 * channel)).isCloseTo(black, within(1e-5 * white));
      assertThat((double) values.get(2 * channel + 1)).isCloseTo(white, within(1e-5 * white));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1..0", "0..0", "0-1", "0..NaN", "a..b", "0..1e9", "ImageNet"})
  void otherScalesAreRefused(String text) {
    assertThatThrownBy(() -> Scale.parse(text))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("--scale must be BLACK..WHITE");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "64", "64x64", "64x64x2", "0x64x1", "64x64x1x1", "99999x1x1", "-1x2x3"})
  void otherSizesAreRefused(String text) {
    assertThatThrownBy(() -> InputSize.parse(text)).isInstanceOf(InputException.class);
  }

  @Test
  void aSizeReadsAsItIsWritten() {
    assertThat(InputSize.parse("64x48x3")).hasToString("64x48x3");
  }
}
