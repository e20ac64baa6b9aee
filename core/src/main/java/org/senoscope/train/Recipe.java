package org.senoscope.train;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.senoscope.dataset.ManifestRow;
import org.senoscope.dataset.importer.formats.Importers;
import org.senoscope.evaluate.metrics.OperatingPoint;
import org.senoscope.image.steps.Preprocessing;
import org.senoscope.model.InputDescription;
import org.senoscope.model.OutputForm;
import org.senoscope.nn.Precision;
import org.senoscope.study.Task;

/**
 * How to train: everything that decides a result, but for the images. Read from YAML by {@link
 * RecipeReader}.
 *
 * @param name of the bundle that it makes
 * @param version of the bundle that it makes
 * @param description one or two sentences for the model's card
 * @param data where the images come from when no data set is named; most recipes leave it out
 * @param tasks the manifest's label columns that the network answers, the main one first
 * @param labels the order of a task's labels; the usual order where a task is left out
 * @param preprocessing from the image as read to the input's size
 * @param input what the network takes
 * @param augmentation of training images
 * @param network which, and where its weights start
 * @param training the loop
 * @param mirroredAveraging whether predictions are the mean over an image and its mirror
 * @param split how to split a data set that is not split yet
 * @param calibration of what the networks say
 * @param masks how readers' lesion masks are learned beside the labels; empty where they are not
 * @param text the YAML itself
 */
public record Recipe(
    String name,
    String version,
    String description,
    Optional<Source> data,
    List<String> tasks,
    Map<String, List<String>> labels,
    Preprocessing preprocessing,
    InputDescription input,
    Augmentation augmentation,
    NetworkChoice network,
    Training training,
    boolean mirroredAveraging,
    SplitRule split,
    Calibration calibration,
    Optional<Masks> masks,
    String text) {
  public Recipe {
    tasks = List.copyOf(tasks);
    labels = Map.copyOf(labels);
  }

  /**
   * The same training of so many epochs, all of them run: for a final training on all images, which
   * has none left to choose an epoch on.
   */
  Recipe withEpochs(int epochs) {
    Training t = training;
    Training fixed =
        new Training(
            epochs,
            t.batch(),
            t.decoupledDecay(),
            t.rate(),
            t.headRate(),
            t.weightDecay(),
            t.schedule() == Schedule.PLATEAU ? Schedule.CONSTANT : t.schedule(),
            t.warmup(),
            t.plateauPatience(),
            t.plateauFactor(),
            Optional.empty(),
            t.movingAverage(),
            t.classWeights(),
            t.logitAdjustment(),
            t.perClass(),
            t.labelSmoothing(),
            t.precision(),
            t.seed(),
            t.finalModel());
    return new Recipe(
        name,
        version,
        description,
        data,
        tasks,
        labels,
        preprocessing,
        input,
        augmentation,
        network,
        fixed,
        mirroredAveraging,
        split,
        calibration,
        masks,
        text);
  }

  /** The same under a name and with a description that nobody takes for a result's. */
  Recipe demonstratingLeakage() {
    return new Recipe(
        name.substring(0, Math.min(name.length(), 40)) + "-leakage-demonstration",
        version,
        "A demonstration of leakage, never a result: images of one person, or copies of one image, are in training and test. "
            + description,
        data,
        tasks,
        labels,
        preprocessing,
        input,
        augmentation,
        network,
        training,
        mirroredAveraging,
        split,
        calibration,
        masks,
        text);
  }

  /**
   * Where a recipe's own images come from, so that one command runs it.
   *
   * @param importer the importer's name
   * @param path relative to the checkout
   * @param details the importer's options, which it has a use for
   */
  public record Source(String importer, String path, Importers.Details details) {}

  /**
   * Which network, and where its weights start.
   *
   * @param frozenStages first stages of the trunk that keep the weights that they start with
   */
  public record NetworkChoice(
      Family family,
      List<Integer> blocks,
      int convolutions,
      boolean batchNorm,
      boolean activationFirst,
      double blockDropout,
      List<Integer> dense,
      double dropout,
      double dropPath,
      OutputForm output,
      Optional<String> weights,
      int frozenStages) {
    /** The networks that a recipe can name. */
    public enum Family {
      /** Blocks of convolutions. */
      CNN,
      /** ResNet-18. */
      RESNET18,
      /** EfficientNet-Lite0. */
      EFFICIENTNET_LITE0
    }

    public NetworkChoice {
      blocks = List.copyOf(blocks);
      dense = List.copyOf(dense);
    }
  }

  /**
   * What weighs a label in the loss: the inverse of its share of the training images, to a power.
   *
   * @param power 0 (every image counts the same) to 1 (every label does)
   */
  public record ClassWeights(double power) {
    /** Every image counts the same. */
    public static final ClassWeights NONE = new ClassWeights(0);

    /** By the inverse of the label's share. */
    public static final ClassWeights INVERSE = new ClassWeights(1);

    /** By the square root of the inverse: between the two. */
    public static final ClassWeights SQUARE_ROOT = new ClassWeights(0.5);

    /** For a person. */
    public String words() {
      if (equals(NONE)) {
        return "none";
      }
      if (equals(INVERSE)) {
        return "inverse of the label's share";
      }
      return equals(SQUARE_ROOT)
          ? "square root of the inverse of the label's share"
          : "inverse of the label's share to the power " + power;
    }
  }

  /** How the learning rate goes. */
  public enum Schedule {
    /** Stays, after the warm-up. */
    CONSTANT,
    /** Falls to 0 along half a cosine. */
    COSINE,
    /** Falls by a factor whenever the validation loss has not improved for some epochs. */
    PLATEAU
  }

  /** What a run of folds gives as its bundle. */
  public enum FinalModel {
    /** One network, trained on all folds. */
    ONE_NETWORK("one-network"),
    /** The mean of the folds' networks, without a further training. */
    MEAN_OF_FOLDS("mean-of-folds");

    private final String text;

    FinalModel(String text) {
      this.text = text;
    }

    /** As it stands in recipes and in a run's description. */
    public String text() {
      return text;
    }
  }

  /**
   * The loop.
   *
   * @param epochs at most
   * @param batch images in a step
   * @param decoupledDecay AdamW rather than Adam
   * @param rate learning rate of trunk and neck
   * @param headRate learning rate of the heads
   * @param weightDecay of weights; biases and batch norm have none
   * @param schedule of the rates
   * @param warmup share of all steps in which the rates rise from 0
   * @param plateauPatience epochs without improvement before the rates fall
   * @param plateauFactor by which they fall
   * @param patience epochs without improvement before training stops and the best weights come
   *     back; empty for never
   * @param movingAverage of the weights, per step; 0 for none
   * @param classWeights of the labels
   * @param logitAdjustment share of the logarithm of a label's frequency, in the image's own data
   *     set, that is added to its logit in training; 0 for none
   * @param perClass images that an epoch takes of each label of the main task, each time changed
   *     anew; empty for every image once
   * @param labelSmoothing share of the truth given to all labels alike
   * @param precision empty for what is fastest here
   * @param seed of starting weights, order, augmentation and dropout
   * @param finalModel what a run of folds gives as its bundle
   */
  public record Training(
      int epochs,
      int batch,
      boolean decoupledDecay,
      double rate,
      double headRate,
      double weightDecay,
      Schedule schedule,
      double warmup,
      int plateauPatience,
      double plateauFactor,
      Optional<Integer> patience,
      double movingAverage,
      ClassWeights classWeights,
      double logitAdjustment,
      Optional<Integer> perClass,
      double labelSmoothing,
      Optional<Precision> precision,
      long seed,
      FinalModel finalModel) {
    /** Whether something is chosen on validation images, so that there must be some. */
    public boolean choosesOnValidation() {
      return patience.isPresent() || schedule == Schedule.PLATEAU;
    }

    /** Whether a run of folds gives the mean of their networks. */
    public boolean averagesFolds() {
      return finalModel == FinalModel.MEAN_OF_FOLDS;
    }
  }

  /**
   * How a network's answers are calibrated and limited to sets of labels.
   *
   * @param wanted whether they are at all
   * @param level of the conformal sets: the share of cases whose set holds the truth
   * @param nested whether each fold's calibration is had from networks that saw neither that fold
   *     nor the images that they calibrate with, so that calibrated figures are out of fold too
   * @param operatingPoints rules by which thresholds for the positive label are frozen, on the very
   *     images that calibrate
   */
  public record Calibration(
      boolean wanted, double level, boolean nested, List<OperatingPoint.Rule> operatingPoints) {
    public Calibration {
      operatingPoints = List.copyOf(operatingPoints);
    }
  }

  /**
   * How readers' lesion masks are learned as a second task.
   *
   * @param weight of the masks' loss beside the labels'
   * @param width channels of the decoder
   * @param guides whether the labels are told from where the network sees a lesion
   * @param none labels whose images have no lesion, so that a mask that is missing is one with
   *     nothing inside; of other images without a mask nothing is known. A label of the main task,
   *     or {@code task=label}
   */
  public record Masks(double weight, int width, boolean guides, List<String> none) {
    public Masks {
      none = List.copyOf(none);
    }

    /** Whether a label of an image says that it has no lesion. */
    boolean sayNone(ManifestRow row, Task main) {
      return none.stream()
          .anyMatch(
              each -> row.label(taskOf(each, main)).filter(labelOf(each)::equals).isPresent());
    }

    /** The task of which {@code none} names a label. */
    static String taskOf(String none, Task main) {
      return none.indexOf('=') < 0 ? main.name() : none.substring(0, none.indexOf('='));
    }

    /** The label that {@code none} names. */
    static String labelOf(String none) {
      return none.substring(none.indexOf('=') + 1);
    }
  }

  /**
   * How to split a data set that is not split yet.
   *
   * @param folds 2 or more for cross-validation, 0 for a hold-out
   * @param holdout percentages of train, validation and test
   * @param seed of the split
   */
  public record SplitRule(int folds, List<Integer> holdout, long seed) {
    public SplitRule {
      holdout = List.copyOf(holdout);
    }
  }
}
