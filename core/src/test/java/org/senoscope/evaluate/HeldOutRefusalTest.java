package org.senoscope.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.senoscope.refusal.Distances;
import org.senoscope.refusal.DistancesFile;
import org.senoscope.study.Task;

class HeldOutRefusalTest {
  private static final Task TASK = new Task("pathology", List.of("benign", "malignant"));

  @TempDir private Path run;

  private final List<ScoredCase> cases = new ArrayList<>();

  /** A fold of 50 images at distances 1.00 to 1.49, the last five of them as far as is said. */
  private void fold(String name, double farthest) throws IOException {
    List<DistancesFile.Row> rows = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      String image = name + "-" + i;
      double content = i >= 45 ? farthest : 1 + i / 100.0;
      rows.add(
          new DistancesFile.Row(
              image,
              name,
              new Distances(
                  OptionalDouble.of(1), OptionalDouble.empty(), OptionalDouble.of(content))));
      cases.add(ScoredCase.of(image, image, i % 2, new double[] {.5, .5}, name));
    }
    DistancesFile.write(
        Files.createDirectories(run.resolve(name)).resolve(DistancesFile.NAME), rows);
  }

  private Optional<HeldOutRefusal> found() throws IOException {
    return HeldOutRefusal.of(run, cases, TaskEvaluation.sample(TASK, cases));
  }

  @Test
  void anImageIsHeldAgainstTheOtherFoldsAlone() throws IOException {
    // Beyond fold 2's limit; so many that among its own, or all, they would have set the limit.
    fold("fold1", 9);
    fold("fold2", 1.49);
    HeldOutRefusal one = found().orElseThrow();
    assertThat(one.n()).isEqualTo(100);
    assertThat(one.refused().value()).isCloseTo(.05, within(1e-12));
    assertThat(one.refused().high()).isGreaterThan(.05);
    assertThat(one.toJson().path("refused").path("value").asDouble()).isCloseTo(.05, within(1e-12));
  }

  @Test
  void nothingIsSaidWhereAFoldKeptNoDistancesOrTooFew() throws IOException {
    fold("fold1", 1.49);
    assertThat(found()).isEmpty(); // no other fold, so no limit
    fold("fold2", 1.49);
    assertThat(found()).isPresent();
    Files.delete(run.resolve("fold2").resolve(DistancesFile.NAME));
    assertThat(found()).isEmpty();
  }
}
