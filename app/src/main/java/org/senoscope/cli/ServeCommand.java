package org.senoscope.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.senoscope.model.Variant;
import org.senoscope.server.SenoscopeServer;
import org.senoscope.server.ServerSettings;
import org.senoscope.server.http.Token;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Serves models until it is told to stop. */
@Command(
    name = "serve",
    description = {
      "Serve models to people (a page) and programs (REST) until Ctrl-C.",
      "An address other than loopback asks for a token, printed once at the start."
    },
    mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {
  @Option(
      names = "--models",
      paramLabel = "DIR",
      defaultValue = "models",
      description = {
        "A folder of bundles or runs, or one. NAME/1, NAME/2 and so on are versions of NAME.",
        "Default: ${DEFAULT-VALUE}"
      })
  private Path models;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      defaultValue = ServerSettings.LOOPBACK,
      description = "Address to listen on. Default: ${DEFAULT-VALUE}")
  private String host;

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "" + ServerSettings.USUAL_PORT,
      description = "Port to listen on; 0 takes any free one. Default: ${DEFAULT-VALUE}")
  private int port;

  @Option(
      names = "--tfs-port",
      paramLabel = "N",
      description = {
        "A second port for TensorFlow Serving's REST API alone (8501 by custom; 0 takes any free",
        "one). On --port that API is too, under /v1/models."
      })
  private @Nullable Integer tfsPort;

  @Option(
      names = "--samples",
      paramLabel = "DIR",
      description = "Sample images to show on the page, one folder per label.")
  private @Nullable Path samples;

  @Option(
      names = "--runs",
      paramLabel = "DIR",
      description = {
        "A folder of runs (or one run) that the page follows: learning curves, as train writes",
        "them. It may come into being later."
      })
  private @Nullable Path runs;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = {
        "The token is what this file says, the same at each start; where it is absent, it is made,",
        "readable by you alone. Asked for on every address but loopback."
      })
  private @Nullable Path tokenFile;

  @Option(
      names = "--int8",
      description = {
        "Models that carry a network in 8 bits answer by it: faster, and a little different",
        "(export --format onnx-int8 --bundle). The others answer as ever."
      })
  private boolean int8;

  @Mixin private Output output;

  @Override
  public Integer call() throws IOException {
    var settings =
        new ServerSettings(
            host,
            port,
            models,
            Optional.ofNullable(samples),
            tfsPort == null ? OptionalInt.empty() : OptionalInt.of(tfsPort),
            Optional.ofNullable(runs),
            Optional.ofNullable(tokenFile),
            Variant.int8If(int8));
    SenoscopeServer server = SenoscopeServer.start(settings);
    if (server.token().isPresent() && tokenFile != null) {
      Token.exposed(tokenFile).ifPresent(output::note);
    }
    List<String> inFloats = server.modelsIn(Variant.FLOAT);
    if (int8 && !inFloats.isEmpty()) {
      output.note(
          "--int8: %s %s no network in 8 bits and will answer in floats; make one with senoscope export --format onnx-int8 --bundle"
              .formatted(String.join(", ", inFloats), inFloats.size() == 1 ? "has" : "have"));
    }
    Serving.untilStopped(server, settings.tokenFile(), output);
    return 0;
  }
}
