package org.senoscope.train;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.senoscope.dataset.ManifestRow;
import org.senoscope.image.ImageFiles;
import org.senoscope.model.Predictor;
import org.senoscope.refusal.Distances;
import org.senoscope.refusal.Features;
import org.senoscope.refusal.Gate;
import org.senoscope.refusal.Limits;
import org.senoscope.refusal.Reference;
import org.senoscope.study.Marks;
import org.senoscope.work.Progress;

/** Finds what a network's training images look like, and how far from them is too far. */
final class GateMaker {
  /** Most images that are looked at: what is usual does not change with more. */
  private static final int MOST_IMAGES = 2000;

  private final Fold.Context context;
  private final int[] training;
  private final int[] validation;
  private final Optional<List<Distances>> unseen;
  private final Progress progress;

  /**
   * For one training.
   *
   * @param training places of its images
   * @param validation places of images that it has not learned from, which tell the limits where
   *     nobody else does
   * @param unseen distances of images that such networks have not seen; none for no limits; empty
   *     where the validation images are to tell
   */
  GateMaker(
      Fold.Context context,
      int[] training,
      int[] validation,
      Optional<List<Distances>> unseen,
      Progress progress) {
    this.context = context;
    this.training = training;
    this.validation = validation;
    this.unseen = unseen;
    this.progress = progress;
  }

  /** The gate of a network; empty where it has seen too few images to tell. */
  Optional<Gate> of(Predictor predictor) throws IOException {
    int[] learned = sample(training);
    int[] others = unseen.isPresent() ? new int[0] : sample(validation);
    List<Features> seen = new ArrayList<>();
    List<Features> held = new ArrayList<>();
    try (Progress.Stage stage =
        progress.stage("what images look like", learned.length + others.length)) {
      for (int place : learned) {
        seen.add(look(predictor, place));
        stage.advance();
      }
      for (int place : others) {
        held.add(look(predictor, place));
        stage.advance();
      }
    }
    return Reference.fit(seen)
        .map(
            reference ->
                new Gate(
                    reference,
                    Limits.fit(
                        DefaultRecipe.modality(
                            IntStream.of(training).mapToObj(context.rows()::get).toList()),
                        seen,
                        unseen.orElseGet(() -> held.stream().map(reference::of).toList()))));
  }

  private Features look(Predictor predictor, int place) throws IOException {
    ManifestRow row = context.rows().get(place);
    return predictor.look(
        ImageFiles.read(context.request().dataset().resolve(row.image())), Marks.of(row.roi()));
  }

  private static int[] sample(int[] places) {
    if (places.length <= MOST_IMAGES) {
      return places;
    }
    List<Integer> order = new ArrayList<>(IntStream.of(places).boxed().toList());
    java.util.Collections.shuffle(order, new Random(1));
    return order.stream().limit(MOST_IMAGES).mapToInt(place -> place).toArray();
  }
}
