package org.senoscope.quantise;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.senoscope.files.Json;
import org.senoscope.image.GreyImage;
import org.senoscope.model.InputDescription;
import org.senoscope.model.NetworkSession;
import org.senoscope.work.Progress;

/**
 * How long both networks take for one run, by turns, so that what else the machine does meets both.
 *
 * @param images in a run
 * @param threads that worked on it
 * @param floats what the float network took
 * @param integers what that in 8 bits took
 * @param ratio median over turns of the float network's time by the other's
 */
public record Speed(int images, int threads, Spread floats, Spread integers, double ratio) {
  private static final int MANY = 32;
  private static final int TURNS = 15;
  private static final int WARM = 2;

  /** Values of an input beyond which fewer images are run at once: memory is the limit. */
  private static final int MOST_VALUES = 16_000_000;

  private static final double MILLISECONDS = 1e6;

  /**
   * Times, in milliseconds.
   *
   * @param median of all turns
   * @param low the shortest
   * @param high the longest
   */
  public record Spread(double median, double low, double high) {
    static Spread of(List<Double> times) {
      return new Spread(Speed.median(times), Collections.min(times), Collections.max(times));
    }

    private ObjectNode toJson() {
      return Json.object().put("value", median).put("low", low).put("high", high);
    }

    private String text() {
      return String.format(Locale.ROOT, "%.1f ms (%.1f to %.1f)", median, low, high);
    }
  }

  /** Of one image and of many, the same picture each. */
  static List<Speed> measure(
      byte[] floats, byte[] integers, InputDescription input, Progress progress) {
    int threads = Runtime.getRuntime().availableProcessors();
    float[] pixels = new float[input.height() * input.width()];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = i % input.width() / (float) input.width();
    }
    GreyImage picture = new GreyImage(input.height(), input.width(), pixels);
    List<Speed> speeds = new ArrayList<>();
    int many = Math.clamp(MOST_VALUES / input.size(), 1, MANY);
    Set<Integer> sizes = new TreeSet<>(List.of(1, many));
    try (NetworkSession one = NetworkSession.open(floats, input, threads);
        NetworkSession other = NetworkSession.open(integers, input, threads);
        Progress.Stage stage =
            progress.stage("timing both networks", (long) sizes.size() * (WARM + TURNS))) {
      for (int images : sizes) {
        FloatBuffer batch = one.batch(Collections.nCopies(images, picture));
        speeds.add(measure(one, other, batch, images, threads, stage));
      }
    }
    return speeds;
  }

  private static Speed measure(
      NetworkSession one,
      NetworkSession other,
      FloatBuffer batch,
      int images,
      int threads,
      Progress.Stage stage) {
    List<Double> floats = new ArrayList<>();
    List<Double> integers = new ArrayList<>();
    List<Double> ratios = new ArrayList<>();
    for (int turn = -WARM; turn < TURNS; turn++) {
      double first = time(one, batch);
      double second = time(other, batch);
      if (turn >= 0) {
        floats.add(first);
        integers.add(second);
        ratios.add(first / second);
      }
      stage.advance();
    }
    return new Speed(images, threads, Spread.of(floats), Spread.of(integers), median(ratios));
  }

  private static double time(NetworkSession session, FloatBuffer batch) {
    long begun = System.nanoTime();
    Map<String, float[]> values = session.run(batch, session.outputs());
    double taken = (System.nanoTime() - begun) / MILLISECONDS;
    return values.isEmpty() ? Double.NaN : taken;
  }

  private static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    return Arrays.stream(sorted, (sorted.length - 1) / 2, sorted.length / 2 + 1)
        .average()
        .orElse(Double.NaN);
  }

  ObjectNode toJson() {
    ObjectNode json = Json.object().put("images", images).put("threads", threads);
    json.put("unit", "ms");
    json.set("float", floats.toJson());
    json.set("int8", integers.toJson());
    return json.put("ratio", ratio);
  }

  /** In a sentence. */
  String text() {
    return String.format(
        Locale.ROOT,
        "%s, %d threads: %s → %s: %.2f× as fast",
        images == 1 ? "one image" : images + " images",
        threads,
        floats.text(),
        integers.text(),
        ratio);
  }
}
