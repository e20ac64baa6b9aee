package org.senoscope.growth;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import org.senoscope.files.Json;
import org.senoscope.provenance.Provenance;
import org.senoscope.report.plots.LogPlot;

/**
 * How time and memory grow with the number of images.
 *
 * @param set that was made
 * @param machine that it was measured on
 * @param sizes ascending
 */
public record Growth(MadeSet set, Machine machine, List<Size> sizes) {
  private static final double MEGABYTE = 1 << 20;

  public Growth {
    sizes = List.copyOf(sizes);
  }

  /**
   * What a reader of figures needs to know.
   *
   * @param cpu the processor's name
   * @param cores that this process may use
   * @param memoryBytes of the machine
   * @param load before the first measurement: more than a little is other work, which the seconds
   *     tell of and the processor's seconds do not
   */
  public record Machine(String cpu, int cores, long memoryBytes, double load) {
    static Machine now() throws IOException {
      return new Machine(
          first(Path.of("/proc/cpuinfo"), "model name"),
          Runtime.getRuntime().availableProcessors(),
          1024 * Long.parseLong(first(Path.of("/proc/meminfo"), "MemTotal").replaceAll("\\D", "")),
          Double.parseDouble(Files.readString(Path.of("/proc/loadavg")).split(" ", -1)[0]));
    }

    private static String first(Path file, String name) throws IOException {
      return Files.readAllLines(file).stream()
          .filter(line -> line.startsWith(name))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("0");
    }
  }

  /**
   * The power of the number of images by which a step's processor time grows: the slope of the line
   * of least squares through the logarithms. 1 is linear. Of small sizes it is too low, since each
   * process takes a second to start. Empty for fewer than two sizes.
   */
  OptionalDouble exponent(Step step) {
    return exponent(sizes, step);
  }

  /** The same between the two largest sizes alone. */
  OptionalDouble lastExponent(Step step) {
    return exponent(sizes.subList(Math.max(0, sizes.size() - 2), sizes.size()), step);
  }

  private static OptionalDouble exponent(List<Size> sizes, Step step) {
    List<double[]> points =
        sizes.stream()
            .filter(size -> size.steps().containsKey(step))
            .map(
                size ->
                    new double[] {
                      Math.log(size.images()),
                      // A split of few images may take less than the clock can tell.
                      Math.log(Math.max(.01, of(size, step).processorSeconds()))
                    })
            .toList();
    if (points.size() < 2) {
      return OptionalDouble.empty();
    }
    double x = points.stream().mapToDouble(point -> point[0]).average().orElse(0);
    double y = points.stream().mapToDouble(point -> point[1]).average().orElse(0);
    double xy = points.stream().mapToDouble(point -> (point[0] - x) * (point[1] - y)).sum();
    double xx = points.stream().mapToDouble(point -> (point[0] - x) * (point[0] - x)).sum();
    return OptionalDouble.of(xy / xx);
  }

  private static Measured of(Size size, Step step) {
    return java.util.Objects.requireNonNull(size.steps().get(step));
  }

  /** As {@code bench scale --json} and {@code growth.json} have it. */
  public ObjectNode toJson() {
    ObjectNode json = Json.object("bench");
    json.putObject("machine")
        .put("cpu", machine.cpu)
        .put("cores", machine.cores)
        .put("memoryBytes", machine.memoryBytes)
        .put("load", machine.load);
    json.putObject("made").put("seed", set.seed()).put("side", set.side());
    ArrayNode results = json.putArray("results");
    ArrayNode growth = json.putArray("growth");
    for (Size size : sizes) {
      size.steps()
          .forEach(
              (step, measured) -> {
                String name = "%s of %d images".formatted(step.verb(), size.images());
                add(results, name + ": processor", "s", measured.processorSeconds());
                add(results, name + ": time", "s", measured.seconds());
                add(results, name + ": memory", "MB", measured.anonymousBytes() / MEGABYTE);
                add(results, name + ": resident", "MB", measured.residentBytes() / MEGABYTE);
              });
    }
    for (Step step : Step.values()) {
      ObjectNode each = growth.addObject().put("step", step.verb());
      exponent(step)
          .ifPresentOrElse(
              exponent -> each.put("exponent", exponent),
              () -> each.putNull("exponent").put("why", "fewer than two sizes were measured"));
      lastExponent(step).ifPresent(exponent -> each.put("lastExponent", exponent));
    }
    ArrayNode copies = json.putArray("copies");
    for (Size size : sizes) {
      ObjectNode each = copies.addObject().put("images", size.images());
      each.set("planted", Json.tree(size.planted()));
      size.found().ifPresent(found -> each.set("found", Json.tree(found)));
    }
    json.set("provenance", Provenance.now("", "", set.seed()).toJson());
    return json;
  }

  private static void add(ArrayNode results, String name, String unit, double value) {
    // Measured once, so the range is the value.
    results
        .addObject()
        .put("name", name)
        .put("unit", unit)
        .put("value", value)
        .put("low", value)
        .put("high", value);
  }

  /** A table for a person. */
  public String toText() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%s, %d cores, load before: %.2f%n%n",
            machine.cpu,
            machine.cores,
            machine.load));
    text.append(
        String.format(
            "%8s  %-7s %11s %8s %10s %10s %12s%n",
            "images", "", "processor s", "a 1000", "time s", "memory MB", "resident MB"));
    for (Size size : sizes) {
      size.steps()
          .forEach(
              (step, measured) ->
                  text.append(
                      String.format(
                          Locale.ROOT,
                          "%8d  %-7s %11.1f %8.2f %10.1f %10.0f %12.0f%n",
                          size.images(),
                          step.verb(),
                          measured.processorSeconds(),
                          1000 * measured.processorSeconds() / size.images(),
                          measured.seconds(),
                          measured.anonymousBytes() / MEGABYTE,
                          measured.residentBytes() / MEGABYTE)));
    }
    text.append(
        "\nprocessor time grows by the power of the number of images (1 is linear; between the two largest sizes):\n");
    for (Step step : Step.values()) {
      text.append(
          String.format(
              Locale.ROOT,
              "  %-7s %s (%s)%n",
              step.verb(),
              power(exponent(step)),
              power(lastExponent(step))));
    }
    text.append("copies, found by the audit and planted (groups, exact, near pairs):\n");
    for (Size size : sizes) {
      text.append(
          String.format(
              "  %8d  %s and %s%n",
              size.images(), size.found().map(Growth::words).orElse("-"), words(size.planted())));
    }
    text.append(
        "memory is the process' own (RssAnon); resident has the pages of mapped files too (VmHWM)\n");
    return text.toString();
  }

  private static String words(MadeSet.Planted groups) {
    return "%d, %d, %d"
        .formatted(groups.groups(), groups.exactDuplicates(), groups.nearDuplicatePairs());
  }

  private static String power(OptionalDouble exponent) {
    return exponent.isPresent()
        ? String.format(Locale.ROOT, "%.2f", exponent.getAsDouble())
        : "not known of one size";
  }

  /** Time, on logarithmic axes, and memory by the number of images. */
  List<String> plots() {
    List<LogPlot.Line> times = lines(Measured::processorSeconds);
    return List.of(
        LogPlot.svg(
            "Processor time by the number of images: "
                + String.join(
                    ", ",
                    java.util.Arrays.stream(Step.values())
                        .map(step -> step.verb() + " grows by the power " + power(exponent(step)))
                        .toList()),
            "images",
            "processor time, s",
            true,
            times),
        LogPlot.svg(
            "The process' own memory at its highest by the number of images",
            "images",
            "memory, MB",
            false,
            lines(measured -> measured.anonymousBytes() / MEGABYTE)));
  }

  private List<LogPlot.Line> lines(ToDoubleFunction<Measured> value) {
    List<LogPlot.Line> lines = new ArrayList<>();
    for (Step step : Step.values()) {
      List<LogPlot.Point> points =
          sizes.stream()
              .flatMap(
                  size ->
                      Optional.ofNullable(size.steps().get(step))
                          .map(
                              measured ->
                                  new LogPlot.Point(size.images(), value.applyAsDouble(measured)))
                          .stream())
              .toList();
      if (!points.isEmpty()) {
        lines.add(new LogPlot.Line(step.verb(), points));
      }
    }
    return lines;
  }
}
