package org.senoscope.quantise;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.senoscope.dataset.Dataset;
import org.senoscope.dataset.ManifestRow;
import org.senoscope.dataset.ReadImages;
import org.senoscope.image.GreyImage;
import org.senoscope.image.steps.Preprocessing;
import org.senoscope.model.Bundle;
import org.senoscope.model.BundleDescription;
import org.senoscope.model.NetworkSession;
import org.senoscope.onnx.OnnxModel;
import org.senoscope.onnx.quantise.Histogram;
import org.senoscope.onnx.quantise.Int8Network;
import org.senoscope.onnx.quantise.Range;
import org.senoscope.onnx.quantise.RangeRule;
import org.senoscope.study.Marks;
import org.senoscope.work.InputException;
import org.senoscope.work.Progress;

/** Makes a bundle's network in 8 bits. */
final class Quantise {
  private static final String INPUT = "image";
  private static final String LOGITS = "logits";

  private final Bundle bundle;
  private final Dataset dataset;
  private final TrainingImages images;
  private final Progress progress;
  private final int threads;

  private Quantise(Bundle bundle, Dataset dataset, TrainingImages images, Progress progress) {
    this.bundle = bundle;
    this.dataset = dataset;
    this.images = images;
    this.progress = progress;
    this.threads = Runtime.getRuntime().availableProcessors();
  }

  /**
   * A network in 8 bits.
   *
   * @param onnx whole, with its weights inside
   * @param layers with weights that are computed in integers
   * @param rule that gave the ranges
   * @param off by each rule, how far logits were from the float network's: root mean square, each
   *     less the mean of its task's, over images on which no range was counted
   * @param images that ranges were counted and rules compared on
   * @param unread images that should have been and cannot be read
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on to files alone, and never compared
  record Quantised(
      byte[] onnx,
      int layers,
      RangeRule rule,
      Map<RangeRule, Double> off,
      TrainingImages images,
      int unread) {}

  /**
   * Makes it.
   *
   * @throws InputException when there are too few training images in the data set, or the network
   *     is of a form that is not taken over
   */
  static Quantised of(Bundle bundle, Dataset dataset, Progress progress) throws IOException {
    TrainingImages images = TrainingImages.of(bundle, dataset);
    byte[] whole = bundle.singleFileOnnx().toByteArray();
    try {
      OnnxModel model =
          OnnxModel.read(
              ByteBuffer.wrap(whole),
              name -> {
                throw new IllegalArgumentException("its values lie in " + name);
              });
      return new Quantise(bundle, dataset, images, progress).run(whole, Int8Network.of(model));
    } catch (IllegalArgumentException e) {
      throw new InputException(
          "Bundle %s: model.onnx cannot be brought to 8 bits: %s"
              .formatted(bundle.path(), e.getMessage()),
          e);
    }
  }

  private Quantised run(byte[] whole, Int8Network network) throws IOException {
    Counted counted = count(network);
    Map<RangeRule, byte[]> written = new EnumMap<>(RangeRule.class);
    for (RangeRule rule : RangeRule.values()) {
      written.put(rule, network.write(counted.seen(), rule));
    }
    Compared compared = compare(whole, written);
    RangeRule best =
        compared.off().entrySet().stream().min(Map.Entry.comparingByValue()).orElseThrow().getKey();
    TrainingImages read = new TrainingImages(counted.rows(), compared.rows());
    return new Quantised(
        Objects.requireNonNull(written.get(best)),
        network.layers(),
        best,
        compared.off(),
        read,
        images.size() - read.size());
  }

  /**
   * What was counted.
   *
   * @param rows whose images could be read
   * @param seen how often each tensor took which values
   */
  private record Counted(List<ManifestRow> rows, Map<String, Histogram> seen) {}

  /** Two rounds: between which ends values lie, then how often which. */
  private Counted count(Int8Network network) throws IOException {
    Set<String> tensors = network.observed();
    Map<String, Range> ranges = new HashMap<>();
    Map<String, Histogram> histograms = new HashMap<>();
    List<ManifestRow> rows;
    try (NetworkSession session = session(network.observable());
        Progress.Stage stage =
            progress.stage("counting activations", 2L * images.counted().size())) {
      rows =
          observe(
              images.counted(),
              session,
              tensors,
              stage,
              (name, values) -> ranges.merge(name, range(values), Quantise::join));
      if (rows.size() < TrainingImages.FEWEST_COUNTED) {
        throw new InputException(
            "Only %d of the %d training images of %s that were chosen can be read, int8 needs %d; name the folder that holds them"
                .formatted(
                    rows.size(),
                    images.counted().size(),
                    dataset.root(),
                    TrainingImages.FEWEST_COUNTED));
      }
      ranges.forEach((name, range) -> histograms.put(name, new Histogram(range)));
      rows =
          observe(
              rows,
              session,
              tensors,
              stage,
              (name, values) -> Objects.requireNonNull(histograms.get(name)).add(values));
    }
    return new Counted(rows, histograms);
  }

  /** Returns the rows whose images could be read. */
  private List<ManifestRow> observe(
      List<ManifestRow> rows,
      NetworkSession session,
      Set<String> tensors,
      Progress.Stage stage,
      BiConsumer<String, float[]> taker) {
    Set<String> inside = new TreeSet<>(tensors);
    boolean input = inside.remove(INPUT); // it is at hand, and no network gives it
    return prepared(
        rows,
        stage,
        (_, pixels) -> {
          FloatBuffer batch = session.batch(List.of(pixels));
          session.run(batch, inside).forEach(taker);
          if (input) {
            float[] values = new float[batch.remaining()];
            batch.duplicate().get(values);
            taker.accept(INPUT, values);
          }
        });
  }

  /**
   * Hands over images as the bundle's steps leave them, one at a time, in any order.
   *
   * @return the rows whose images could be read
   */
  private List<ManifestRow> prepared(
      List<ManifestRow> rows, Progress.Stage stage, ReadImages.Look look) {
    Preprocessing steps = bundle.description().preprocessing();
    Object oneAtATime = new Object();
    Map<String, String> unread =
        new ReadImages(dataset, steps.bytesPerPixel())
            .each(
                rows.stream().map(ManifestRow::image).toList(),
                stage,
                (place, pixels) -> {
                  GreyImage ready = steps.prepare(pixels, Marks.of(rows.get(place).roi())).image();
                  synchronized (oneAtATime) {
                    look.at(place, ready);
                  }
                });
    return rows.stream().filter(row -> !unread.containsKey(row.image())).toList();
  }

  private static Range range(float[] values) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (float value : values) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    return new Range(low, high);
  }

  private static Range join(Range one, Range other) {
    return new Range(Math.min(one.low(), other.low()), Math.max(one.high(), other.high()));
  }

  private NetworkSession session(byte[] onnx) {
    BundleDescription description = bundle.description();
    return NetworkSession.open(onnx, description.input(), threads);
  }

  /**
   * What was compared.
   *
   * @param rows whose images could be read
   * @param off how far each network's logits are from the whole one's
   */
  private record Compared(List<ManifestRow> rows, Map<RangeRule, Double> off) {}

  private Compared compare(byte[] whole, Map<RangeRule, byte[]> written) throws IOException {
    List<ManifestRow> asked = images.compared();
    // By place and added up in order, so that a second time gives the same digits.
    Map<RangeRule, double[]> squares = new EnumMap<>(RangeRule.class);
    Map<RangeRule, NetworkSession> sessions = new EnumMap<>(RangeRule.class);
    long[] count = new long[1];
    List<ManifestRow> rows;
    try (NetworkSession reference = session(whole);
        Progress.Stage stage = progress.stage("comparing ranges", asked.size())) {
      written.forEach(
          (rule, onnx) -> {
            sessions.put(rule, session(onnx));
            squares.put(rule, new double[asked.size()]);
          });
      Set<String> logits = new TreeSet<>(reference.outputs());
      logits.removeIf(name -> !name.equals(LOGITS) && !name.startsWith(LOGITS + "."));
      rows =
          prepared(
              asked,
              stage,
              (place, pixels) -> {
                FloatBuffer batch = reference.batch(List.of(pixels));
                Map<String, float[]> expected = reference.run(batch, logits);
                expected.values().forEach(values -> count[0] += values.length);
                sessions.forEach(
                    (rule, session) -> {
                      Map<String, float[]> found = session.run(batch, logits);
                      double[] each = Objects.requireNonNull(squares.get(rule));
                      expected.forEach(
                          (name, values) ->
                              each[place] +=
                                  squares(values, Objects.requireNonNull(found.get(name))));
                    });
              });
    } finally {
      sessions.values().forEach(NetworkSession::close);
    }
    if (rows.isEmpty()) {
      throw new InputException(
          "None of %d training images of %s can be read; name the folder that holds them"
              .formatted(asked.size(), dataset.root()));
    }
    Map<RangeRule, Double> off = new EnumMap<>(RangeRule.class);
    squares.forEach((rule, each) -> off.put(rule, Math.sqrt(Arrays.stream(each).sum() / count[0])));
    return new Compared(rows, off);
  }

  /** What is added to all logits of a task changes no answer; of a single one, it does. */
  private static double squares(float[] one, float[] other) {
    double mean = 0;
    for (int i = 0; i < one.length && one.length > 1; i++) {
      mean += (one[i] - other[i]) / (double) one.length;
    }
    double sum = 0;
    for (int i = 0; i < one.length; i++) {
      double off = one[i] - other[i] - mean;
      sum += off * off;
    }
    return sum;
  }
}
