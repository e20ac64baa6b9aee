package org.senoscope.cli;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.senoscope.explain.HeatmapFolder;
import org.senoscope.explain.MapSource;
import org.senoscope.model.Bundle;
import org.senoscope.model.BundleDescription;
import org.senoscope.model.Predictor;
import org.senoscope.model.Variant;
import org.senoscope.model.predict.InputFiles;
import org.senoscope.model.predict.PredictFiles;
import org.senoscope.model.predict.PredictionCsv;
import org.senoscope.model.predict.PredictionJson;
import org.senoscope.model.predict.PredictionTable;
import org.senoscope.model.predict.PredictionWriter;
import org.senoscope.study.Marks;
import org.senoscope.work.InputException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code senoscope predict}. */
@Command(
    name = "predict",
    description = {
      "Answer image files, and those in folders, by a model bundle.",
      "A file that cannot be read is referred, and makes the exit code 1 after all others are done."
    },
    mixinStandardHelpOptions = true)
final class PredictCommand implements Callable<Integer> {
  /** How the answers are printed. */
  enum Format {
    TABLE,
    JSON,
    CSV;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Mixin private Output output;

  @Parameters(
      index = "0",
      paramLabel = "BUNDLE|RUN",
      description = "A bundle's folder, a zip of it, or the run of a training.")
  private Path bundle;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "FILE|DIR",
      description = "Images; folders are searched.")
  private List<Path> inputs = new ArrayList<>();

  @Option(names = "--format", description = "One of ${COMPLETION-CANDIDATES}; table by default.")
  private @Nullable Format format;

  @Option(
      names = "--heatmaps",
      paramLabel = "DIR",
      description = "Write each image with the heatmap of its label over it, as PNG, into DIR.")
  private @Nullable Path heatmaps;

  @Option(
      names = "--roi",
      paramLabel = "BOX",
      description =
          "For models that look where a reader marked a finding: top:left:bottom:right in the"
              + " image's pixels, or none where nothing was found; the same for every file.")
  private @Nullable String roi;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Images worked on at once; as many as there are cores by default.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--int8",
      description = "By the bundle's network in 8 bits, where it carries one (export --bundle).")
  private boolean int8;

  @Override
  public Integer call() throws IOException {
    if (threads < 1) {
      throw new InputException("--threads must be at least 1, was " + threads);
    }
    InputFiles files = InputFiles.list(inputs);
    if (files.skipped() > 0) {
      output.note(
          "%d files of the folders do not end as images do and were left aside"
              .formatted(files.skipped()));
    }
    Bundle opened = Bundle.open(bundle);
    BundleDescription description = opened.description();
    // One thread for each image: whole images in parallel wait for nothing.
    try (Predictor predictor = Predictor.open(opened, Variant.int8If(int8), 1, threads)) {
      if (heatmaps != null && MapSource.expected(predictor) == MapSource.OCCLUSION) {
        output.note(
            "model %s gives no maps: heatmaps are found by covering places, which takes longer"
                .formatted(description.title()));
      }
      Marks marks = marks();
      Optional<PredictFiles.Explainer> explainer =
          Optional.ofNullable(heatmaps).map(folder -> new HeatmapFolder(predictor, marks, folder));
      PredictFiles.Summary summary =
          new PredictFiles(predictor, threads, explainer, marks)
              .run(files.files(), writer(description), output.progress());
      if (summary.files() > 1 && !summary.referred().isEmpty()) {
        output.note(
            "%d of %d images referred: %s"
                .formatted(
                    summary.referred().values().stream().mapToInt(count -> count).sum(),
                    summary.files(),
                    summary.referred().entrySet().stream()
                        .map(reason -> reason.getValue() + " " + reason.getKey())
                        .collect(Collectors.joining(", "))));
      }
      return summary.unreadable() == 0 ? 0 : 1;
    }
  }

  private Marks marks() {
    if (roi == null) {
      return Marks.UNKNOWN;
    }
    try {
      return Marks.parse(roi);
    } catch (IllegalArgumentException e) {
      throw new InputException("--roi: " + e.getMessage(), e);
    }
  }

  private PredictionWriter writer(BundleDescription description) {
    Writer out = new BufferedWriter(new CheckedWriter(System.out));
    Format chosen = format != null ? format : output.asJson() ? Format.JSON : Format.TABLE;
    if (output.asJson() && chosen != Format.JSON) {
      throw new InputException("--json and --format table or csv exclude each other: give one");
    }
    return switch (chosen) {
      case TABLE -> new PredictionTable(out, description.task());
      case JSON -> new PredictionJson(out);
      case CSV -> new PredictionCsv(out, description.task());
    };
  }

  /** Says when nobody reads any more, which a print stream keeps to itself. */
  private static final class CheckedWriter extends Writer {
    private final PrintStream out;

    CheckedWriter(PrintStream out) {
      this.out = out;
    }

    @Override
    public void write(char[] text, int offset, int length) {
      out.writeBytes(new String(text, offset, length).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void flush() throws IOException {
      if (out.checkError()) { // flushes
        throw new IOException("standard output was closed before the last answer");
      }
    }

    @Override
    public void close() throws IOException {
      flush();
    }
  }
}
