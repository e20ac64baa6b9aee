import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.senoscope.evaluate.metrics.Assessment;
import org.senoscope.evaluate.metrics.Estimate;
import org.senoscope.evaluate.metrics.Sample;

/**
 * The bootstrap of an AUC, timed in a warm program; started by bench/bootstrap.py with Senoscope on
 * the class path.
 *
 * <p>Bootstrap CASES.csv DRAWS: the file has a line {@code truth,score} for each case. One line for
 * each of two kinds goes out, once each has been run thirty times and for three seconds: its name,
 * the median seconds of nine runs, and the AUC with its interval.
 */
final class Bootstrap {
  private static final int WARM_SECONDS = 3;
  private static final int WARM_RUNS = 30;
  private static final int RUNS = 9;

  private Bootstrap() {}

  public static void main(String[] arguments) throws IOException {
    List<String> lines = Files.readAllLines(Path.of(arguments[0]));
    int draws = Integer.parseInt(arguments[1]);
    int[] truth = new int[lines.size()];
    double[][] probabilities = new double[lines.size()][];
    for (int i = 0; i < truth.length; i++) {
      String[] fields = lines.get(i).split(",");
      truth[i] = Integer.parseInt(fields[0]);
      double score = Double.parseDouble(fields[1]);
      probabilities[i] = new double[] {1 - score, score};
    }
    List<String> labels = List.of("0", "1");
    // Sorting is timed too: each run starts from the arrays.
    report(
        "auc",
        seed ->
            Assessment.aucByBootstrap(
                Sample.of(labels, 1, truth, probabilities), 1, draws, seed));
    if (draws == Assessment.DRAWS) {
      report(
          "all",
          seed ->
              Assessment.of(Sample.of(labels, 1, truth, probabilities), seed).aucByBootstrap());
    }
  }

  private interface Timed {
    Estimate run(long seed);
  }

  private static void report(String name, Timed timed) {
    long warm = System.nanoTime() + WARM_SECONDS * 1_000_000_000L;
    long seed = 0;
    // On a busy machine the compiler needs more than time: both must be up.
    while (System.nanoTime() < warm || seed < WARM_RUNS) {
      timed.run(seed++);
    }
    double[] seconds = new double[RUNS];
    Estimate estimate = Estimate.none("not run");
    for (int run = 0; run < RUNS; run++) {
      long begun = System.nanoTime();
      estimate = timed.run(seed++);
      seconds[run] = (System.nanoTime() - begun) / 1e9;
    }
    Arrays.sort(seconds);
    System.out.println(
        String.format(
            Locale.ROOT,
            "%s %.6f %.17g %.17g %.17g",
            name,
            seconds[RUNS / 2],
            estimate.value(),
            estimate.low(),
            estimate.high()));
  }
}
