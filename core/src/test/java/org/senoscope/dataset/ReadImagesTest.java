package org.senoscope.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.senoscope.evaluate.SmallCohort;
import org.senoscope.work.InputException;
import org.senoscope.work.Progress;

class ReadImagesTest {
  @TempDir private Path folder;
  private Dataset dataset;
  private final List<String> images = IntStream.range(0, 60).mapToObj(SmallCohort::image).toList();

  @BeforeEach
  void write() throws IOException {
    dataset = SmallCohort.write(folder.resolve("data"));
  }

  private Map<String, String> each(ReadImages.Look look) {
    try (Progress.Stage stage = Progress.NONE.stage("reading", images.size())) {
      return new ReadImages(dataset, 4).each(images, stage, look);
    }
  }

  @Test
  void everyImageIsHandedOverOnceUnderItsPlace() {
    Set<Integer> places = ConcurrentHashMap.newKeySet();
    Map<String, String> unread =
        each((place, pixels) -> assertThat(places.add(place) && pixels.height() == 8).isTrue());
    assertThat(unread).isEmpty();
    assertThat(places).hasSize(60);
  }

  @Test
  void whatCannotBeReadOrUsedIsNamedAndTheRestGoesOn() throws IOException {
    Files.delete(dataset.resolve(images.get(7)));
    Files.writeString(dataset.resolve(images.get(3)), "no picture");
    AtomicInteger looked = new AtomicInteger();
    Map<String, String> unread =
        each(
            (place, _) -> {
              looked.incrementAndGet();
              if (place == 20) {
                throw new InputException("the mark lies outside");
              }
            });
    assertThat(unread.keySet()).containsExactly(images.get(3), images.get(7), images.get(20));
    assertThat(unread.get(images.get(7))).isEqualTo("the file is missing");
    assertThat(unread.get(images.get(20))).isEqualTo("the mark lies outside");
    assertThat(looked).hasValue(58);
  }

  @Test
  void whatDoesNotFitBesideOthersIsTriedAgainAlone() {
    AtomicInteger tries = new AtomicInteger();
    Map<String, String> unread =
        each(
            (place, _) -> {
              if (place == 5 && tries.incrementAndGet() == 1) {
                throw new OutOfMemoryError("beside others");
              }
              if (place == 6) {
                throw new OutOfMemoryError("alone too");
              }
            });
    assertThat(tries).hasValue(2);
    assertThat(unread).containsOnlyKeys(images.get(6));
    assertThat(unread.get(images.get(6))).contains("too large", "SENOSCOPE_JAVA_OPTS");
  }
}
