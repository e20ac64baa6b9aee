package org.senoscope.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.senoscope.dataset.Dataset;
import org.senoscope.model.Bundle;
import org.senoscope.model.ExportBundle;
import org.senoscope.quantise.ExportInt8;
import org.senoscope.quantise.Int8Export;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code senoscope export}. */
@Command(
    name = "export",
    description = {
      "Write a bundle's network with its weights inside, or its weights, as one file.",
      "With onnx-int8 and --data the network is brought to 8 bits: ranges are counted on images of"
          + " the data set that it was trained on, and size, speed and the change of the answers on"
          + " images that it has not seen are printed. Of a run with folds that is out of fold."
    },
    mixinStandardHelpOptions = true)
final class ExportCommand implements Callable<Integer> {
  @Mixin private Output output;

  @Parameters(
      index = "0",
      paramLabel = "BUNDLE|RUN",
      description = "A bundle's folder, a zip of it, or the run of a training.")
  private Path bundle;

  @Option(names = "--format", required = true, description = "One of ${COMPLETION-CANDIDATES}.")
  private ExportBundle.Format format;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Where to; by default NAME-VERSION.FORMAT in this folder.")
  private @Nullable Path out;

  @Option(
      names = "--data",
      paramLabel = "DATASET",
      description = "For onnx-int8: the data set that the bundle was trained on.")
  private @Nullable Path data;

  @Option(
      names = "--bundle",
      paramLabel = "DIR",
      description =
          "For onnx-int8 with --data: also write a new bundle that carries the network in 8 bits"
              + " beside the float one.")
  private @Nullable Path target;

  @Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Bundle opened = Bundle.open(bundle);
    Path file = out != null ? out : Path.of(ExportBundle.defaultName(opened.description(), format));
    if (data != null && format == ExportBundle.Format.ONNX_INT8) {
      Int8Export made =
          new ExportInt8(Dataset.open(data), output.progress())
              .run(bundle, file, Optional.ofNullable(target));
      output.result(made.toJson(), made.text());
      return 0;
    }
    if (data != null || target != null) {
      throw new CommandLine.ParameterException(
          spec.commandLine(),
          "--data and --bundle are for --format onnx-int8, --bundle with --data");
    }
    ExportBundle.Export export = ExportBundle.run(opened, format, file);
    output.result(
        export.toJson(),
        "%s: %d bytes, SHA-256 %s".formatted(export.file(), export.bytes(), export.sha256()));
    return 0;
  }
}
