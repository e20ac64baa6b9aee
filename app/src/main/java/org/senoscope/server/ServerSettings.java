package org.senoscope.server;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.senoscope.model.Variant;
import org.senoscope.work.InputException;

/**
 * How a server is set up.
 *
 * @param host address to listen on; any but a loopback one makes the server ask for a token
 * @param port 0..65535; 0 takes any free one
 * @param models a folder of bundles, or a bundle
 * @param samples a folder of sample images, one folder per label; empty for none
 * @param tfsPort a second port for TensorFlow Serving's API alone, 0..65535; empty for none: that
 *     API is on the first port too
 * @param runs a folder of runs to watch, or a run; empty for none
 * @param tokenFile holds the token, or will; empty for a new token at each start
 * @param variant in which numbers models answer that carry it; the others answer in floats
 */
public record ServerSettings(
    String host,
    int port,
    Path models,
    Optional<Path> samples,
    OptionalInt tfsPort,
    Optional<Path> runs,
    Optional<Path> tokenFile,
    Variant variant) {
  /** Where a server listens unless told otherwise. */
  public static final String LOOPBACK = "127.0.0.1";

  /** The port that is tried unless told otherwise. */
  public static final int USUAL_PORT = 8080;

  public ServerSettings {
    checkPort(port);
    tfsPort.ifPresent(ServerSettings::checkPort);
    if (port > 0 && tfsPort.isPresent() && tfsPort.getAsInt() == port) {
      throw new InputException(
          "--port and --tfs-port are both %d: TensorFlow Serving's API is on --port anyway"
              .formatted(port));
    }
    if (host.isBlank()) {
      throw new InputException("Host is empty: give an address such as " + LOOPBACK);
    }
  }

  /** Settings without a port for TensorFlow Serving's API alone. */
  public ServerSettings(String host, int port, Path models, Optional<Path> samples) {
    this(host, port, models, samples, OptionalInt.empty());
  }

  /** Settings that watch no runs, with a new token at each start. */
  public ServerSettings(
      String host, int port, Path models, Optional<Path> samples, OptionalInt tfsPort) {
    this(host, port, models, samples, tfsPort, Optional.empty(), Optional.empty(), Variant.FLOAT);
  }

  /** The same, watching a folder of runs. */
  public ServerSettings watching(Path folder) {
    return new ServerSettings(
        host, port, models, samples, tfsPort, Optional.of(folder), tokenFile, variant);
  }

  private static void checkPort(int port) {
    if (port < 0 || port > 65_535) {
      throw new InputException(
          "Port %d is not one: give 1 to 65535, or 0 for any free one".formatted(port));
    }
  }
}
