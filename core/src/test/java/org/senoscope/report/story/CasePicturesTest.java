package org.senoscope.report.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.senoscope.dataset.Dataset;
import org.senoscope.evaluate.EvaluateModel;
import org.senoscope.evaluate.Evaluation;
import org.senoscope.evaluate.SmallCohort;
import org.senoscope.model.TinyBundle;
import org.senoscope.work.Progress;

class CasePicturesTest {
  @TempDir Path folder;

  private Evaluation evaluate(Path bundle, Dataset dataset) throws IOException {
    return new EvaluateModel(image -> 0).run(bundle, dataset, Optional.of("all"), Progress.NONE);
  }

  @Test
  void casesHaveTheirImageAndTheHeatmapOfTheNetworkThatScoredThem() throws IOException {
    Dataset dataset = SmallCohort.write(folder.resolve("small"));
    Path bundle = folder.resolve("tiny");
    TinyBundle.write(bundle);
    Evaluation evaluation = evaluate(bundle, dataset);
    CasePictures cases = CasePictures.of(evaluation, dataset, Optional.of(bundle), Progress.NONE);
    assertThat(cases.unsure()).hasSize(8);
    assertThat(cases.unsure())
        .allSatisfy(
            seen -> {
              assertThat(seen.image().orElseThrow().uri()).startsWith("data:image/png;base64,");
              assertThat(seen.heatmap().orElseThrow().uri()).startsWith("data:image/jpeg;base64,");
            });
  }

  @Test
  void withoutTheNetworkThereIsNoHeatmapAndWithoutTheFileNoImage() throws IOException {
    Dataset dataset = SmallCohort.write(folder.resolve("small"));
    Path bundle = folder.resolve("tiny");
    TinyBundle.write(bundle);
    Evaluation evaluation = evaluate(bundle, dataset);
    String gone = CasePictures.named(evaluation).unsure().getFirst().scored().image();
    Files.delete(dataset.resolve(gone));
    CasePictures cases = CasePictures.of(evaluation, dataset, Optional.empty(), Progress.NONE);
    assertThat(cases.unsure()).allSatisfy(seen -> assertThat(seen.heatmap()).isEmpty());
    assertThat(cases.unsure().getFirst().image()).isEmpty();
    assertThat(cases.unsure().get(1).image()).isPresent();
  }
}
