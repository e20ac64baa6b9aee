package org.senoscope.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.senoscope.RealData;
import org.senoscope.dataset.audit.MadeCopies;
import org.senoscope.evaluate.metrics.Wilson;
import org.senoscope.image.GreyImage;
import org.senoscope.image.ImageFiles;
import org.senoscope.image.likeness.Appearance;
import org.senoscope.model.Fingerprint;
import org.senoscope.study.Modality;

/**
 * How many training images a bundle's fingerprint finds again in another data set after they were
 * changed, and how many strangers it takes for them: the fingerprint is of one public set, and
 * asked are copies of its images and the images of another hospital. A sample by default; the
 * figures of docs/decisions/0011-near-duplicates.md by
 *
 * <pre>mvn -pl core test -Dtest=SeenPicturesTest -Dsenoscope.coverage=true</pre>
 */
class SeenPicturesTest {
  private static final double BAR = .95;

  @ParameterizedTest
  @CsvSource({
    "US, busi/Dataset_BUSI_with_GT, bus-bra",
    "MG, mammogram-folders, cbis-ddsm-mass",
    "MG, cbis-ddsm-mass, mini-mias/all-mias"
  })
  void trainingImagesOfASampleAreFoundAgainAndNoStrangers(
      Modality modality, String own, String other) throws IOException {
    measure(modality, own, other, 60, 200);
  }

  @ParameterizedTest
  @EnabledIfSystemProperty(named = "senoscope.coverage", matches = "true")
  @CsvSource({
    "US, busi/Dataset_BUSI_with_GT, bus-bra",
    "US, bus-bra, busi/Dataset_BUSI_with_GT",
    "MG, mammogram-folders, cbis-ddsm-mass",
    "MG, cbis-ddsm-mass, mammogram-folders",
    "MG, mini-mias/all-mias, mammogram-folders"
  })
  void trainingImagesAreFoundAgainAndNoStrangers(Modality modality, String own, String other)
      throws IOException {
    measure(modality, own, other, 400, Integer.MAX_VALUE)
        .forEach(line -> System.out.println("SEEN | %s | %s".formatted(own, line)));
  }

  /**
   * Measures and holds the bars.
   *
   * @param copied images of which copies are made
   * @param most images of either set
   * @return a line for each change and one for the strangers
   */
  private static List<String> measure(
      Modality modality, String own, String other, int copied, int most) throws IOException {
    List<Path> files = spread(images(own), most);
    Fingerprint fingerprint = fingerprint(files);
    Fingerprint.Nearness nearness = TrainingOverlap.nearness(Optional.of(modality));
    List<Path> originals = spread(files, copied);
    Map<String, MadeCopies.Change> changes = new LinkedHashMap<>(MadeCopies.SEEN_THROUGH);
    changes.putAll(MadeCopies.BEYOND);
    List<String> lines = new ArrayList<>();
    for (Map.Entry<String, MadeCopies.Change> change : changes.entrySet()) {
      long found =
          IntStream.range(0, originals.size())
              .parallel()
              .filter(
                  i ->
                      fingerprint.near(
                          Appearance.of(made(originals, i, change.getValue())), nearness))
              .count();
      lines.add(line(change.getKey(), found, originals.size()));
      if (isWhole(change.getKey()) && MadeCopies.SEEN_THROUGH.containsKey(change.getKey())) {
        assertThat(found)
            .as("%s of %d in %s", change.getKey(), originals.size(), own)
            .isGreaterThanOrEqualTo((long) Math.ceil(BAR * originals.size()));
      }
    }
    List<Path> strangers = spread(images(other), most);
    long taken =
        strangers.parallelStream()
            .filter(file -> fingerprint.near(Appearance.of(read(file)), nearness))
            .count();
    lines.add(line("strangers of " + other, taken, strangers.size()));
    // None in a sample; of thousands of films at most one in two hundred.
    assertThat(taken).as("strangers of %s", other).isLessThanOrEqualTo(strangers.size() / 200);
    return lines;
  }

  /** What the fingerprint must see through as the audit does: nothing is cut off nor covered. */
  private static boolean isWhole(String change) {
    return !change.matches(".*(crop|text|painted).*");
  }

  private static String line(String what, long found, int of) {
    Wilson interval = Wilson.of((double) found / of, of);
    return String.format(
        Locale.ROOT,
        "%s | %d of %d | %.1f%% (%.1f to %.1f) |",
        what,
        found,
        of,
        100.0 * found / of,
        100 * interval.low(),
        100 * interval.high());
  }

  private static Fingerprint fingerprint(List<Path> files) {
    return Fingerprint.of(
        IntStream.range(0, files.size())
            .parallel()
            .mapToObj(
                i -> Fingerprint.Image.of("%064x".formatted(i), Appearance.of(read(files.get(i)))))
            .toList());
  }

  private static GreyImage made(List<Path> originals, int i, MadeCopies.Change change) {
    try {
      return change.of(read(originals.get(i)), new SplittableRandom(i));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static GreyImage read(Path file) {
    try {
      return ImageFiles.read(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static List<Path> images(String set) throws IOException {
    try (Stream<Path> below = Files.walk(RealData.require(set))) {
      return below
          .filter(file -> file.toString().matches(".*\\.(png|jpg)"))
          .filter(file -> !file.toString().matches(".*(_mask|/Masks/).*"))
          .sorted()
          .toList();
    }
  }

  private static List<Path> spread(List<Path> all, int most) {
    int count = Math.min(most, all.size());
    return IntStream.range(0, count)
        .mapToObj(i -> all.get((int) ((long) i * all.size() / count)))
        .toList();
  }
}
