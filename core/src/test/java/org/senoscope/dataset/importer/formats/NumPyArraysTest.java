package org.senoscope.dataset.importer.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.senoscope.dataset.Dataset;
import org.senoscope.dataset.ManifestRow;
import org.senoscope.dataset.importer.ImportDataset;
import org.senoscope.dataset.importer.ImportOptions;
import org.senoscope.dataset.importer.ImportResult;
import org.senoscope.image.GreyImage;
import org.senoscope.image.ImageFiles;
import org.senoscope.npy.ArrayOutput;
import org.senoscope.npy.NpyHeader;
import org.senoscope.study.Modality;
import org.senoscope.work.InputException;
import org.senoscope.work.Progress;

/** Arrays as projects published them: images.npy and labels.npy in a folder. */
class NumPyArraysTest {
  private static final int HEIGHT = 18;
  private static final int WIDTH = 20;

  @TempDir Path folder;
  private Path source;

  @BeforeEach
  void make() throws IOException {
    source = Files.createDirectory(folder.resolve("source"));
  }

  /** Brightness of a pixel of an image. */
  @FunctionalInterface
  private interface Pixels {
    double of(int image, int pixel);
  }

  private void images(String type, int count, Pixels pixels) throws IOException {
    try (ArrayOutput out = ArrayOutput.toFolder(source);
        OutputStream values =
            out.begin("images", new NpyHeader(type, List.of(count, HEIGHT, WIDTH)))) {
      int size = type.charAt(2) - '0';
      ByteOrder order = type.startsWith(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
      ByteBuffer value = ByteBuffer.allocate(size).order(order);
      for (int i = 0; i < count * HEIGHT * WIDTH; i++) {
        double brightness = pixels.of(i / (HEIGHT * WIDTH), i % (HEIGHT * WIDTH));
        switch (type.substring(1)) {
          case "u1" -> value.put(0, (byte) Math.round(brightness * 255));
          case "f2" -> value.putShort(0, Float.floatToFloat16((float) brightness));
          case "f4" -> value.putFloat(0, (float) brightness);
          default -> value.putDouble(0, brightness);
        }
        values.write(value.array());
      }
    }
  }

  private void texts(String name, String... words) throws IOException {
    try (ArrayOutput out = ArrayOutput.toFolder(source)) {
      out.texts(name, List.of(words));
    }
  }

  private ImportResult run(List<String> labels) throws IOException {
    return ImportDataset.run(
        Importers.of(
            "npy", source, new Importers.Details("", Optional.of(Modality.MG), "", labels, "")),
        folder.resolve("out"),
        ImportOptions.DEFAULT,
        Progress.NONE);
  }

  private List<ManifestRow> rows() throws IOException {
    return Dataset.open(folder.resolve("out")).rows();
  }

  private GreyImage image(int i) throws IOException {
    return ImageFiles.read(folder.resolve("out").resolve(rows().get(i).image()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"|u1", "<f2", "<f4", ">f4", "<f8"})
  void levelsComeBackWhateverTheyWereStoredAs(String type) throws IOException {
    images(type, 3, (i, pixel) -> (pixel * 7 + i * 31) % 256 / 255.0);
    texts("labels", "a", "b", "a");
    assertThat(run(List.of()).rejected()).isEmpty();
    for (int i = 0; i < 3; i++) {
      GreyImage image = image(i);
      assertThat(List.of(image.height(), image.width())).isEqualTo(List.of(HEIGHT, WIDTH));
      for (int pixel = 0; pixel < HEIGHT * WIDTH; pixel++) {
        assertThat(Math.round(image.pixels()[pixel] * 255)).isEqualTo((pixel * 7 + i * 31) % 256);
      }
    }
  }

  @Test
  void finerBrightnessIsKeptInSixteenBits() throws IOException {
    images("<f8", 2, (i, pixel) -> Math.sqrt(pixel / (double) (HEIGHT * WIDTH)));
    texts("labels", "a", "b");
    run(List.of());
    for (int pixel = 0; pixel < HEIGHT * WIDTH; pixel++) {
      assertThat(Math.round(image(1).pixels()[pixel] * 65_535))
          .isEqualTo(Math.round(Math.sqrt(pixel / (double) (HEIGHT * WIDTH)) * 65_535));
    }
  }

  @Test
  void anImageBeyondBlackAndWhiteIsRefusedAndTheRestGoesOn() throws IOException {
    images("<f4", 3, (i, pixel) -> i == 1 && pixel == 40 ? Double.NaN : .5);
    texts("labels", "a", "b", "b");
    ImportResult result = run(List.of());
    assertThat(result.images()).isEqualTo(2);
    assertThat(result.rejected())
        .singleElement()
        .satisfies(
            each -> {
              assertThat(each.file()).isEqualTo("images[1]");
              assertThat(each.reason()).contains("holds NaN").contains("divide by the largest");
            });
  }

  @Test
  void floatsOfTheWrongScaleAreRefusedWithTheRemedy() throws IOException {
    images("<f4", 3, (i, pixel) -> pixel % 256);
    texts("labels", "a", "b", "b");
    assertThatThrownBy(() -> run(List.of()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("floats must lie in 0..1: divide by the largest");
  }

  @ParameterizedTest
  @CsvSource({"<i4", "<u2", "|b1", "<c8"})
  void samplesOfUnknownScaleAreRefused(String type) throws IOException {
    try (ArrayOutput out = ArrayOutput.toFolder(source);
        OutputStream values = out.begin("images", new NpyHeader(type, List.of(2, HEIGHT, WIDTH)))) {
      values.write(new byte[2 * HEIGHT * WIDTH * (type.charAt(2) - '0')]);
    }
    texts("labels", "a", "b");
    assertThatThrownBy(() -> run(List.of()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("images must be uint8, or floats of 0..1")
        .hasMessageContaining(type);
  }

  @Test
  void labelsMayBeFloatsThatAreWhole() throws IOException {
    images("|u1", 3, (i, pixel) -> (pixel + i) % 7 / 10.0);
    floatLabels(0, 1, 1);
    run(List.of("benign", "malignant"));
    assertThat(rows())
        .extracting(row -> row.label("class").orElse(""))
        .containsExactly("benign", "malignant", "malignant");
  }

  @Test
  void labelsThatAreNotWholeAreWrongInput() throws IOException {
    images("|u1", 2, (i, pixel) -> .5);
    floatLabels(0, .7);
    assertThatThrownBy(() -> run(List.of()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("labels[1] must be a whole number or a word, was 0.7");
  }

  private void floatLabels(double... labels) throws IOException {
    try (ArrayOutput out = ArrayOutput.toFolder(source);
        OutputStream values =
            out.begin("labels", new NpyHeader("<f8", List.of(labels.length, 1)))) {
      ByteBuffer bytes = ByteBuffer.allocate(8 * labels.length).order(ByteOrder.LITTLE_ENDIAN);
      for (double label : labels) {
        bytes.putDouble(label);
      }
      values.write(bytes.array());
    }
  }

  @Test
  void wordsAreLabelsThemselvesAndNeedNoWords() throws IOException {
    images("|u1", 2, (i, pixel) -> (pixel * (i + 3)) % 11 / 11.0);
    texts("labels", "gutartig", "bösartig");
    assertThatThrownBy(() -> run(List.of("a", "b")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("leave --labels out");
    run(List.of());
    assertThat(rows())
        .extracting(row -> row.label("class").orElse(""))
        .containsExactly("gutartig", "bösartig");
  }

  @Test
  void namesPartsAndGroupsBesideTheImagesAreKept() throws IOException {
    images("|u1", 3, (i, pixel) -> (pixel * (i + 3)) % 11 / 11.0);
    texts("labels", "a", "b", "a");
    texts("names", "x.png", "x.png#mirrored", "y.png");
    texts("parts", "train", "train", "test");
    texts("groups", "g1", "g1", "g2");
    run(List.of());
    assertThat(rows()).extracting(ManifestRow::group).containsExactly("g1", "g1", "g2");
    assertThat(rows()).extracting(ManifestRow::published).containsExactly("train", "train", "test");
    assertThat(rows())
        .extracting(ManifestRow::source)
        .containsExactly("images[0] x.png", "images[1] x.png#mirrored", "images[2] y.png");
  }

  @Test
  void groupsOfAnotherLengthAreWrongInput() throws IOException {
    images("|u1", 3, (i, pixel) -> .5);
    texts("labels", "a", "b", "a");
    texts("groups", "g1", "g1");
    assertThatThrownBy(() -> run(List.of()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("groups holds 2 words for 3 images");
  }
}
