package org.senoscope.evaluate.metrics;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.IntStream;
import org.senoscope.files.Json;

/** Golden files, each with the script that wrote it beside. */
final class Golden {
  private Golden() {}

  static JsonNode read(String name) {
    try (InputStream in = Objects.requireNonNull(Golden.class.getResourceAsStream(name), name)) {
      return Json.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8), name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static double[] doubles(JsonNode array) {
    return IntStream.range(0, array.size()).mapToDouble(i -> array.get(i).asDouble()).toArray();
  }

  static int[] ints(JsonNode array) {
    return IntStream.range(0, array.size()).map(i -> array.get(i).asInt()).toArray();
  }

  /** Two labels, the second positive: fields {@code truth}, {@code score} and {@code group}. */
  static Sample sample(JsonNode golden) {
    return sample(golden, "score");
  }

  /** The same, with the scores in another field. */
  static Sample sample(JsonNode golden, String field) {
    double[] score = doubles(golden.get(field));
    double[][] p =
        Arrays.stream(score).mapToObj(s -> new double[] {1 - s, s}).toArray(double[][]::new);
    return Sample.of(
        Samples.labels(2),
        1,
        ints(golden.get("truth")),
        p,
        ints(golden.get("group")),
        new boolean[score.length]);
  }
}
