package org.senoscope.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.senoscope.model.Bundle;
import org.senoscope.model.ExportBundle;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code senoscope export}. */
@Command(
    name = "export",
    description = "Write a bundle's network with its weights inside, or its weights, as one file.",
    mixinStandardHelpOptions = true)
final class ExportCommand implements Callable<Integer> {
  @Mixin private Output output;

  @Parameters(
      index = "0",
      paramLabel = "BUNDLE",
      description = "A bundle's folder, or a zip of it.")
  private Path bundle;

  @Option(names = "--format", required = true, description = "One of ${COMPLETION-CANDIDATES}.")
  private ExportBundle.Format format;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Where to; by default NAME-VERSION.FORMAT in this folder.")
  private @Nullable Path out;

  @Override
  public Integer call() throws IOException {
    Bundle opened = Bundle.open(bundle);
    Path file = out != null ? out : Path.of(ExportBundle.defaultName(opened.description(), format));
    ExportBundle.Export export = ExportBundle.run(opened, format, file);
    output.result(
        export.toJson(),
        "%s: %d bytes, SHA-256 %s".formatted(export.file(), export.bytes(), export.sha256()));
    return 0;
  }
}
