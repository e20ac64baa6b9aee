package org.senoscope.cli;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.senoscope.packaging.Packager;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code senoscope package}. */
@Command(
    name = "package",
    description = {
      "Make one archive for a stick: program, Java runtime, models, samples.",
      "It predicts and serves on a Linux that has nothing installed and no network."
    },
    mixinStandardHelpOptions = true)
final class PackageCommand implements Callable<Integer> {
  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "The archive, .tar.gz; by default senoscope-VERSION-linux-x64.tar.gz here.")
  private @Nullable Path out;

  @Option(
      names = "--models",
      paramLabel = "DIR",
      description = "As for serve; by default those of the checkout.")
  private @Nullable Path models;

  @Option(
      names = "--no-cache",
      description = "No ahead-of-time cache: slower starts, and the same bytes each time.")
  private boolean noCache;

  @Mixin private Output output;

  @Override
  public Integer call() throws IOException {
    Packager.Archive made =
        new Packager(Home.folder(), program())
            .run(
                new Packager.Request(
                    models == null ? Home.models() : models,
                    out == null ? Path.of(Packager.defaultName()) : out,
                    !noCache),
                output.progress());
    output.result(made.toJson(), text(made));
    return 0;
  }

  /** Where the jar lies that runs. */
  private static Path program() {
    try {
      Path jar = Path.of(Main.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return jar.resolveSibling("");
    } catch (URISyntaxException e) {
      throw new IllegalStateException("The program lies at a place without a path", e);
    }
  }

  /** The first line is what {@code sha256sum --check} reads. */
  private static String text(Packager.Archive made) {
    String text =
        String.format(
            Locale.ROOT,
            "%s  %s%n%.1f MB, unpacked %.1f MB; Java %s of %d modules; models: %s%nneeds: %s (%s)",
            made.sha256(),
            made.file(),
            made.bytes() / 1e6,
            made.unpackedBytes() / 1e6,
            made.java(),
            made.modules().size(),
            String.join(", ", made.models()),
            String.join(", ", made.libraries()),
            String.join(", ", made.versions()));
    return made.unusual().isEmpty()
        ? text
        : text
            + "\nbeware: another machine may lack %s, which this JDK links; Temurin brings its own"
                .formatted(String.join(", ", made.unusual()));
  }
}
