package org.senoscope.foreign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.senoscope.model.BundleDescription;
import org.senoscope.model.Predictor;

/** Imported networks say what they said where they were trained. */
class ForeignNetworksTest {
  private static final double TOLERANCE = 1e-4;

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "cnn.keras, cnn, 0..1, sigmoid",
    "cnn.h5, cnn, 0..1, sigmoid",
    "cnn.onnx, cnn, 0..1, sigmoid",
    "cnn-keras2.keras, cnn-keras2, 0..1, sigmoid",
    "cnn-keras2.h5, cnn-keras2, 0..1, sigmoid",
    "tutorial.keras, tutorial, 0..255, softmax",
    "tutorial.h5, tutorial, 0..255, softmax",
    "tutorial.onnx, tutorial, 0..255, softmax",
    "fashion.keras, fashion, 0..1, logits",
    "fashion.h5, fashion, 0..1, logits",
    "fashion.onnx, fashion, 0..1, logits",
    "fashion-nchw.onnx, fashion, 0..1, logits",
    "fashion-softmax.keras, fashion-softmax, 0..1, softmax",
    "fashion-softmax.h5, fashion-softmax, 0..1, softmax",
    "chain.keras, chain, 0..255, softmax",
    "chain.h5, chain, 0..255, softmax",
    "nested.keras, nested, -1..1, softmax",
    "nested.h5, nested, -1..1, softmax",
    "nested-keras2.keras, nested-keras2, -1..1, softmax",
    "nested-keras2.h5, nested-keras2, -1..1, softmax",
    "rows.keras, rows, 0..1, softmax",
    "rows.h5, rows, 0..1, softmax",
    "torch-like.onnx, torch-like, imagenet, logits",
  })
  void sayWhatTheySaidWhereTheyWereTrained(String file, String network, String scale, String ending)
      throws IOException {
    double[][] expected = ForeignFiles.expected(network);
    ImportedModel imported =
        ForeignFiles.bring(
            ForeignFiles.copy(file, folder),
            ForeignFiles.options(scale),
            ForeignFiles.labels(expected[0].length),
            folder.resolve("bundle"));
    assertThat(imported.activation()).hasToString(ending);
    agree(imported, expected);
  }

  @Test
  void weightsBesideAnOnnxFileAreTaken() throws IOException {
    ForeignFiles.copy("beside.onnx.data", folder);
    ImportedModel imported =
        ForeignFiles.bring(
            ForeignFiles.copy("beside.onnx", folder),
            ForeignFiles.options("imagenet"),
            ForeignFiles.labels(3),
            folder.resolve("bundle"));
    agree(imported, ForeignFiles.expected("torch-like"));
  }

  @Test
  void whatItsOwnExportWroteComesBack() throws IOException {
    ImportedModel first =
        ForeignFiles.bring(
            ForeignFiles.copy("chain.keras", folder),
            ForeignFiles.options("0..255"),
            ForeignFiles.labels(4),
            folder.resolve("first"));
    Path single = folder.resolve("single.onnx");
    Files.write(single, first.bundle().singleFileOnnx().toByteArray());
    ImportedModel second =
        ForeignFiles.bring(
            single,
            ForeignFiles.options("0..255"),
            ForeignFiles.labels(4),
            folder.resolve("second"));
    agree(second, ForeignFiles.expected("chain"));
  }

  @Test
  void probabilitiesThatCannotBeCutBackAreTurnedBack() throws IOException {
    // The last node is a Clip, from which nothing can be told: logarithms make logits of its
    // answers.
    agree(
        clipped("torch-like", Activation.SOFTMAX, "imagenet"), ForeignFiles.expected("torch-like"));
    agree(clipped("cnn", Activation.SIGMOID, "0..1"), ForeignFiles.expected("cnn"));
  }

  private ImportedModel clipped(String network, Activation said, String scale) throws IOException {
    ReadOptions options =
        new ReadOptions(
            Optional.empty(),
            Optional.empty(),
            Optional.of(said),
            Optional.empty(),
            Scale.parse(scale));
    return ForeignFiles.bring(
        ForeignFiles.copy(network + "-clipped.onnx", folder),
        options,
        ForeignFiles.labels(ForeignFiles.expected(network)[0].length),
        folder.resolve(network));
  }

  private static void agree(ImportedModel imported, double[][] expected) throws IOException {
    assertThat(expected).hasDimensions(ForeignFiles.IMAGES, expected[0].length);
    BundleDescription description = imported.bundle().description();
    try (Predictor predictor = Predictor.open(imported.bundle(), 1, 1)) {
      for (int i = 0; i < ForeignFiles.IMAGES; i++) {
        double[] found =
            predictor
                .infer(
                    ForeignFiles.image(
                        i, description.input().height(), description.input().width()))
                .probabilities(description.task().name());
        assertThat(found).as("image %d", i).containsExactly(expected[i], within(TOLERANCE));
      }
    }
  }
}
