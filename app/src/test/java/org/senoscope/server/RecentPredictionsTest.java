package org.senoscope.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.senoscope.image.GreyImage;
import org.senoscope.model.Inference;
import org.senoscope.model.Predictor;
import org.senoscope.model.TinyBundle;
import org.senoscope.server.models.ServedModel;
import org.senoscope.study.Marks;

class RecentPredictionsTest {
  @Test
  void keepsTheLastOfEachAndNoMoreBytesThanItMay(@TempDir Path folder) throws IOException {
    var recent = new RecentPredictions(5, 100);
    try (Predictor predictor = Predictor.open(TinyBundle.write(folder.resolve("tiny")), 1)) {
      var model = new ServedModel("tiny", 1, predictor, "");
      IntStream.range(0, 9).forEach(i -> recent.add(prediction(model, i), new byte[30]));

      assertThat(recent.newestFirst(100))
          .extracting(RecentPrediction::id)
          .containsExactly("8", "7", "6", "5", "4");
      assertThat(recent.newestFirst(2)).hasSize(2);
      assertThat(recent.find("3")).isEmpty();
      assertThat(List.of("8", "7", "6")).allMatch(id -> recent.image(id).isPresent());
      assertThat(List.of("5", "4", "3", "0")).allMatch(id -> recent.image(id).isEmpty());

      recent.add(prediction(model, 9), new byte[101]);

      assertThat(recent.find("9")).isPresent();
      assertThat(List.of("9", "8")).allMatch(id -> recent.image(id).isEmpty());
    }
  }

  private static RecentPrediction prediction(ServedModel model, int id) {
    GreyImage image = new GreyImage(2, 2, new float[] {0, 0.5f, 1, 0.25f});
    Inference inference = model.predictor().infer(image);
    return new RecentPrediction(
        Integer.toString(id),
        Instant.EPOCH,
        model,
        model.predictor().answer("image", inference),
        2,
        2,
        Marks.UNKNOWN,
        Optional.empty(),
        inference,
        0.001);
  }
}
