package org.senoscope.refusal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.senoscope.RealData;
import org.senoscope.files.Hashes;
import org.senoscope.image.GreyImage;
import org.senoscope.image.ImageFiles;
import org.senoscope.safetensors.SafetensorsWriter;
import org.senoscope.study.Modality;

/**
 * The distributions that are shipped are fitted on half of each set, by an even SHA-256, and tried
 * on the other. To fit them anew:
 *
 * <pre>mvn -pl core test -Dtest=PictureKindsTest -Dsenoscope.make=picture-kinds</pre>
 */
class PictureKindsTest {
  private static final Path RESOURCE =
      Path.of("src/main/resources/org/senoscope/refusal/picture-kinds.safetensors");

  /** By name: modality, and folder under the data. */
  private static final Map<String, Map.Entry<Modality, String>> SETS = new LinkedHashMap<>();

  static {
    SETS.put("busi", Map.entry(Modality.US, "busi/Dataset_BUSI_with_GT"));
    SETS.put("bus-bra", Map.entry(Modality.US, "bus-bra/Images"));
    SETS.put("mini-mias", Map.entry(Modality.MG, "mini-mias/all-mias"));
    SETS.put("cbis-ddsm", Map.entry(Modality.MG, "cbis-ddsm-mass"));
    SETS.put("folders", Map.entry(Modality.MG, "mammogram-folders"));
  }

  @Test
  @EnabledIfSystemProperty(named = "senoscope.make", matches = "picture-kinds")
  void make() throws IOException {
    Map<String, Map.Entry<Modality, List<PictureFacts>>> sources = new LinkedHashMap<>();
    for (Map.Entry<String, Map.Entry<Modality, String>> set : SETS.entrySet()) {
      List<PictureFacts> facts = new ArrayList<>();
      for (Path file :
          images(RealData.require(set.getValue().getValue()), PictureKindsTest::even)) {
        facts.add(PictureFacts.of(ImageFiles.read(file)));
      }
      sources.put(set.getKey(), Map.entry(set.getValue().getKey(), facts));
    }
    Files.createDirectories(RESOURCE.getParent());
    SafetensorsWriter.write(
        RESOURCE,
        PictureKinds.fit(sources).tensors(),
        Map.of(
            "of", "facts of pictures of BUSI, BUS-BRA, mini-MIAS, CBIS-DDSM and a set of folders"));
  }

  @Test
  void imagesOfTheOtherHalfAreRecognised() throws IOException {
    for (Map.Entry<String, Map.Entry<Modality, String>> set : SETS.entrySet()) {
      int right = 0;
      int wrong = 0;
      List<Path> files = images(RealData.require(set.getValue().getValue()), file -> !even(file));
      files = files.subList(0, Math.min(60, files.size()));
      for (Path file : files) {
        Optional<Modality> found =
            PictureKinds.shipped().recognise(PictureFacts.of(ImageFiles.read(file)));
        right += found.equals(Optional.of(set.getValue().getKey())) ? 1 : 0;
        wrong += found.isPresent() && found.get() != set.getValue().getKey() ? 1 : 0;
      }
      assertThat(right).as(set.getKey()).isGreaterThanOrEqualTo((int) (0.95 * files.size()));
      assertThat(wrong).as(set.getKey()).isZero();
    }
  }

  @Test
  void whatIsNeitherIsNeither() {
    float[] board = new float[200 * 300];
    float[] black = new float[200 * 300];
    for (int i = 0; i < board.length; i++) {
      board[i] = (float) ((i / 300 / 20 + i % 300 / 20) % 2);
    }
    for (float[] pixels : List.of(board, black)) {
      assertThat(PictureKinds.shipped().recognise(PictureFacts.of(new GreyImage(200, 300, pixels))))
          .isEmpty();
    }
  }

  private static List<Path> images(Path folder, Predicate<Path> wanted) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> file.toString().matches(".*\\.(png|jpg)"))
          .filter(file -> !file.getFileName().toString().contains("_mask"))
          .filter(wanted)
          .sorted()
          .toList();
    }
  }

  private static boolean even(Path file) {
    try {
      String hash = Hashes.sha256(file);
      return Character.digit(hash.charAt(hash.length() - 1), 16) % 2 == 0;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
