package org.senoscope.train;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.senoscope.evaluate.metrics.ClassificationMetrics;
import org.senoscope.files.Json;
import org.senoscope.nn.Adam;
import org.senoscope.nn.Net;
import org.senoscope.nn.Precision;
import org.senoscope.nn.Torch;
import org.senoscope.study.Task;
import org.senoscope.work.Progress;

/**
 * Trains one net on one set of images. A checkpoint after each epoch holds everything, and every
 * random draw follows from the seed and the step, so that a training that was killed goes on to the
 * very numbers of an undisturbed one.
 */
final class Trainer {
  /**
   * Images over which batch norm's statistics are counted at most: sixteen batches of 32, where a
   * training step has one; counting is a forward pass in every epoch that is watched.
   */
  private static final int MOST_COUNTED = 512;

  private final Recipe recipe;
  private final List<Task> tasks;
  private final Examples examples;
  private final Precision precision;
  private final long seed;
  private final Path folder;
  private final Progress progress;
  private final Loss loss;

  /**
   * A training to be run.
   *
   * @param examples the images with their labels
   * @param precision to compute in
   * @param seed of everything random
   * @param folder for checkpoint and log
   */
  Trainer(
      Recipe recipe,
      List<Task> tasks,
      Examples examples,
      Precision precision,
      long seed,
      Path folder,
      Progress progress) {
    this.recipe = recipe;
    this.tasks = tasks;
    this.examples = examples;
    this.precision = precision;
    this.seed = seed;
    this.folder = folder;
    this.progress = progress;
    this.loss = new Loss(recipe, tasks, examples);
  }

  /**
   * What came of it; the net holds the weights that were chosen.
   *
   * @param epochs that were run
   * @param bestEpoch whose weights the net holds
   * @param imagesPerSecond over the epochs of this process; 0 when none was run
   * @param validation the validation images as the chosen weights score them for the main task
   */
  record Outcome(int epochs, int bestEpoch, double imagesPerSecond, List<ScoredImage> validation) {
    Outcome {
      validation = List.copyOf(validation);
    }
  }

  /**
   * A validation image with its label.
   *
   * @param place in the cache
   * @param truth index of its label
   * @param probabilities of each label
   */
  @SuppressWarnings("ArrayRecordComponent") // passed on once, never compared
  record ScoredImage(int place, int truth, double[] probabilities) {}

  /** Trains, from the folder's checkpoint where there is one. */
  Outcome run(Net net) throws IOException {
    Recipe.Training training = recipe.training();
    int longest = Math.max(examples.training().length, examples.validation().length);
    int perEpoch = perEpoch();
    int stepsPerEpoch = Batches.count(perEpoch, training.batch());
    Optional<LesionTargets> targets =
        net.network().mask().map(head -> new LesionTargets(head.rows(), head.columns()));
    RateSchedule schedule = RateSchedule.of(training, stepsPerEpoch);
    try (Adam adam = new Adam(net, training.decoupledDecay());
        Shadow average = new Shadow(net);
        Shadow best = new Shadow(net);
        Batches batches =
            new Batches(
                examples.cache(),
                recipe.input(),
                Math.min(training.batch(), Math.max(perEpoch, longest)),
                targets,
                Math.max(1, Runtime.getRuntime().availableProcessors()));
        Saver saver = new Saver(folder);
        Progress.Stage stage =
            progress.stage("training", (long) stepsPerEpoch * training.epochs())) {
      Checkpoint.State state = Checkpoint.State.start();
      if (Checkpoint.existsIn(folder)) {
        state = Checkpoint.read(Checkpoint.fileIn(folder), net, adam, average, best);
        Saver.writeLog(folder, state); // a kill may have come between checkpoint and log
        stage.advance(state.steps(), "resumed after epoch " + state.epoch());
      }
      if (state.epoch() == 0 && net.network().frozen() > 0) {
        // The frozen part normalises by them from the first step on.
        countStatistics(net, batches, precision);
      }
      long images = 0;
      double seconds = 0;
      while (state.epoch() < training.epochs() && !stops(state)) {
        int epoch = state.epoch() + 1;
        long begun = System.nanoTime();
        TrainingTally tally = new TrainingTally();
        double trainingLoss =
            epoch(net, adam, average, batches, schedule, state, epoch, tally, stage);
        double took = (System.nanoTime() - begun) / 1e9;
        images += perEpoch;
        seconds += took;
        state = finish(net, adam, average, best, batches, state, epoch, trainingLoss, tally, took);
        saver.save(Checkpoint.take(net, adam, average, best, state));
      }
      saver.await();
      if (state.bestEpoch() == 0) {
        best.copy(average);
      }
      best.swap();
      countStatistics(net, batches, Precision.FP32);
      List<ScoredImage> validation =
          examples.validation().length == 0
              ? List.of()
              : validate(net, batches, state.epoch(), Precision.FP32).images();
      return new Outcome(
          state.epoch(),
          state.bestEpoch() == 0 ? state.epoch() : state.bestEpoch(),
          seconds > 0 ? images / seconds : 0,
          validation);
    }
  }

  /** Images that an epoch takes. */
  private int perEpoch() {
    return EpochOrder.length(examples.training(), examples.byLabel(), recipe.training().perClass());
  }

  private boolean stops(Checkpoint.State state) {
    return recipe.training().patience().isPresent()
        && state.bestEpoch() > 0
        && state.epoch() - state.bestEpoch() >= recipe.training().patience().get();
  }

  private double epoch(
      Net net,
      Adam adam,
      Shadow average,
      Batches batches,
      RateSchedule schedule,
      Checkpoint.State state,
      int epoch,
      TrainingTally tally,
      Progress.Stage stage) {
    Recipe.Training training = recipe.training();
    EpochOrder order =
        EpochOrder.of(examples.training(), examples.byLabel(), training.perClass(), seed, epoch);
    int perEpoch = order.images().length;
    Batches.Pass pass =
        batches.learned(
            Batches.cut(order.images(), training.batch()),
            Batches.augmented(recipe.augmentation(), seed, epoch, order));
    double sum = 0;
    int done = 0;
    long begun = System.nanoTime();
    long step = state.steps();
    while (pass.hasNext()) {
      Batches.Batch batch = pass.next();
      Torch.seed(Seeds.mix(seed, step, 0, Seeds.DROPOUT));
      double value = step(net, adam, batch, schedule.factor(step, state.plateau()), tally);
      batch.release();
      step++;
      if (training.movingAverage() > 0) {
        follow(average, step);
      }
      sum += value * batch.images().length;
      done += batch.images().length;
      double rate = done / ((System.nanoTime() - begun) / 1e9);
      double left =
          ((double) perEpoch * training.epochs() - ((double) (epoch - 1) * perEpoch + done)) / rate;
      stage.advance(
          1,
          String.format(
              Locale.ROOT,
              "epoch %d/%d, %.1f images/s, loss %.3f%s, %s left",
              epoch,
              training.epochs(),
              rate,
              sum / done,
              lastValidation(state),
              duration(left)));
    }
    if (training.movingAverage() == 0) {
      average.follow(1);
    }
    return sum / done;
  }

  private double step(Net net, Adam adam, Batches.Batch batch, double factor, TrainingTally tally) {
    Recipe.Training training = recipe.training();
    int[] truth = IntStream.of(batch.images()).map(image -> examples.label(0, image)).toArray();
    float[] logits;
    double value;
    try (var _ = new PointerScope()) {
      net.zeroGradients();
      Tensor total;
      try (var _ = new PointerScope()) {
        Tensor images = images(batch);
        Net.Answer answer = net.forward(images, true, precision);
        total = loss.of(answer.logits(), batch.images());
        if (answer.mask().isPresent()) {
          Tensor mask = answer.mask().get();
          Optional<Tensor> part =
              loss.ofMasks(mask, targets(batch, mask.size(2), mask.size(3)), batch.images());
          total = part.isPresent() ? total.add(part.get()) : total;
        }
        total.retainReference();
        logits = Torch.values(answer.logits().getFirst());
      }
      // The forward pass's handles are closed: its memory goes as the backward pass uses it up.
      total.backward();
      value = total.item_float();
      total.releaseReference();
      Map<Net.Group, Adam.Pace> paces = new EnumMap<>(Net.Group.class);
      double body = training.rate() * factor;
      double head = training.headRate() * factor;
      paces.put(Net.Group.BODY_DECAYED, new Adam.Pace(body, training.weightDecay()));
      paces.put(Net.Group.BODY_PLAIN, new Adam.Pace(body, 0));
      paces.put(Net.Group.HEAD_DECAYED, new Adam.Pace(head, training.weightDecay()));
      paces.put(Net.Group.HEAD_PLAIN, new Adam.Pace(head, 0));
      adam.step(paces);
    }
    if (!Double.isFinite(value)) {
      throw diverged("The loss became %s at step %d".formatted(value, adam.steps()));
    }
    tally.add(logits, truth);
    return value;
  }

  private ArithmeticException diverged(String what) {
    return new ArithmeticException(
        "%s: lower training.rate (now %s), or set training.precision: fp32"
            .formatted(what, recipe.training().rate()));
  }

  private Tensor images(Batches.Batch batch) {
    long channels = recipe.input().channels();
    long height = recipe.input().height();
    long width = recipe.input().width();
    return Torch.view(
        batch.memory(),
        new long[] {batch.images().length, channels, height, width},
        new long[] {height * width * channels, 1, width * channels, channels});
  }

  private static Tensor targets(Batches.Batch batch, long rows, long columns) {
    return Torch.view(
        batch.targets().orElseThrow(),
        new long[] {batch.images().length, 1, rows, columns},
        new long[] {rows * columns, rows * columns, columns, 1});
  }

  private void follow(Shadow average, long step) {
    double wanted = recipe.training().movingAverage();
    // A young average forgets faster, so that the starting weights do not linger in it.
    double kept = Math.min(wanted, (1.0 + step) / (10.0 + step));
    average.follow(1 - kept);
  }

  private Checkpoint.State finish(
      Net net,
      Adam adam,
      Shadow average,
      Shadow best,
      Batches batches,
      Checkpoint.State before,
      int epoch,
      double trainingLoss,
      TrainingTally tally,
      double seconds) {
    Recipe.Training training = recipe.training();
    ObjectNode entry = Json.object("epoch").put("epoch", epoch);
    entry.put("epochs", training.epochs());
    entry.put("trainingLoss", trainingLoss);
    tally.addTo(entry);
    entry.put("seconds", seconds);
    entry.put("imagesPerSecond", perEpoch() / seconds);
    int bestEpoch = before.bestEpoch();
    double bestLoss = before.bestLoss();
    double plateau = before.plateau();
    int sinceBetter = before.sinceBetter();
    if (examples.validation().length > 0) {
      average.swap();
      Validation validation;
      try {
        countStatistics(net, batches, precision);
        validation = validate(net, batches, epoch, precision);
      } finally {
        average.swap();
      }
      entry.put("validationLoss", validation.loss());
      entry.set("validation", validation.metrics().toJson());
      boolean better = validation.loss() < bestLoss;
      sinceBetter = better ? 0 : sinceBetter + 1;
      if (training.schedule() == Recipe.Schedule.PLATEAU
          && sinceBetter >= training.plateauPatience()) {
        plateau *= training.plateauFactor();
        sinceBetter = 0;
      }
      if (better) {
        bestLoss = validation.loss();
        if (training.choosesOnValidation()) {
          bestEpoch = epoch;
          best.copy(average);
        }
      }
    }
    entry.put("rateFactor", plateau);
    var history = before.history().deepCopy().add(entry);
    return new Checkpoint.State(
        epoch, adam.steps(), bestEpoch, bestLoss, plateau, sinceBetter, history);
  }

  /**
   * Counts batch norm's statistics anew over training images, as they are and for the weights as
   * they are. The running ones lag behind: with the momentum of EfficientNet they still remember
   * the starting weights after some hundred steps, and a moving average of weights never had any of
   * its own (Izmailov et al. 2018, "update_bn").
   *
   * @param computed in: training's own precision to watch by, float32 for weights that are kept
   */
  private void countStatistics(Net net, Batches batches, Precision computed) {
    if (net.statistics().numel() == 0) {
      return;
    }
    int[] order = examples.training().clone();
    EpochOrder.shuffle(order, new SplittableRandom(Seeds.mix(seed, 0, 0, Seeds.STATISTICS)));
    int[] counted = Arrays.copyOf(order, Math.min(order.length, MOST_COUNTED));
    Batches.Pass pass =
        batches.looked(
            Batches.cut(counted, recipe.training().batch()), (_, _) -> Augmentation.Draw.IDENTITY);
    for (int before = 0; pass.hasNext(); before++) {
      Batches.Batch batch = pass.next();
      try (var _ = new PointerScope();
          var _ = new NoGradGuard()) {
        net.countStatistics(images(batch), before, computed);
      }
      batch.release();
    }
  }

  private record Validation(double loss, ClassificationMetrics metrics, List<ScoredImage> images) {}

  /**
   * Scores the validation images with the net's weights as they are.
   *
   * @param computed in: training's own precision to watch by, float32 for scores that are kept
   */
  private Validation validate(Net net, Batches batches, int epoch, Precision computed) {
    Task main = tasks.getFirst();
    List<ScoredImage> images = new ArrayList<>();
    double[][] logits = new double[examples.validation().length][];
    for (Augmentation.Draw draw :
        recipe.mirroredAveraging()
            ? List.of(Augmentation.Draw.IDENTITY, Augmentation.Draw.MIRROR)
            : List.of(Augmentation.Draw.IDENTITY)) {
      score(net, batches, draw, computed, logits);
    }
    for (int i = 0; i < logits.length; i++) {
      int place = examples.validation()[i];
      int label = examples.label(0, place);
      if (label >= 0) {
        if (!Arrays.stream(logits[i]).allMatch(Double::isFinite)) {
          throw diverged("The validation loss became NaN after epoch %d".formatted(epoch));
        }
        images.add(new ScoredImage(place, label, probabilities(logits[i])));
      }
    }
    ClassificationMetrics metrics =
        ClassificationMetrics.of(
            main.labels(),
            images.stream().mapToInt(ScoredImage::truth).toArray(),
            images.stream().map(ScoredImage::probabilities).toArray(double[][]::new));
    return new Validation(metrics.logLoss(), metrics, images);
  }

  private void score(
      Net net, Batches batches, Augmentation.Draw draw, Precision computed, double[][] logits) {
    Batches.Pass pass =
        batches.looked(
            Batches.cut(examples.validation(), recipe.training().batch()), (_, _) -> draw);
    int at = 0;
    while (pass.hasNext()) {
      Batches.Batch batch = pass.next();
      try (var _ = new PointerScope();
          var _ = new NoGradGuard()) {
        Tensor answer = net.forward(images(batch), false, computed).logits().getFirst();
        float[] values = Torch.values(answer);
        int labels = values.length / batch.images().length;
        for (int image = 0; image < batch.images().length; image++, at++) {
          double[] sum = logits[at] == null ? new double[labels] : logits[at];
          for (int label = 0; label < labels; label++) {
            sum[label] += values[image * labels + label];
          }
          logits[at] = sum;
        }
      }
      batch.release();
    }
  }

  /** From the logits' sum over an image and its mirror, as a bundle answers. */
  private double[] probabilities(double[] logits) {
    float[] mean = new float[logits.length];
    for (int i = 0; i < mean.length; i++) {
      mean[i] = (float) (recipe.mirroredAveraging() ? logits[i] / 2 : logits[i]);
    }
    return recipe.network().output().probabilities(mean);
  }

  private static String lastValidation(Checkpoint.State state) {
    if (state.history().isEmpty()) {
      return "";
    }
    var last = state.history().get(state.history().size() - 1);
    return last.has("validation") && last.path("validation").path("auc").isNumber()
        ? String.format(
            Locale.ROOT,
            ", validation loss %.3f AUC %.3f",
            last.path("validationLoss").asDouble(),
            last.path("validation").path("auc").asDouble())
        : "";
  }

  private static String duration(double seconds) {
    long whole = Math.round(seconds);
    return whole >= 3600
        ? "%d:%02d:%02d".formatted(whole / 3600, whole / 60 % 60, whole % 60)
        : "%d:%02d".formatted(whole / 60, whole % 60);
  }
}
