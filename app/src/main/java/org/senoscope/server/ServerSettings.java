package org.senoscope.server;

import java.nio.file.Path;
import java.util.Optional;
import org.senoscope.work.InputException;

/**
 * How a server is set up.
 *
 * @param host address to listen on; any but a loopback one makes the server ask for a token
 * @param port 0..65535; 0 takes any free one
 * @param models a folder of bundles, or a bundle
 * @param samples a folder of sample images, one folder per label; empty for none
 */
public record ServerSettings(String host, int port, Path models, Optional<Path> samples) {
  /** Where a server listens unless told otherwise. */
  public static final String LOOPBACK = "127.0.0.1";

  /** The port that is tried unless told otherwise. */
  public static final int USUAL_PORT = 8080;

  public ServerSettings {
    if (port < 0 || port > 65_535) {
      throw new InputException(
          "Port %d is not one: give 1 to 65535, or 0 for any free one".formatted(port));
    }
    if (host.isBlank()) {
      throw new InputException("Host is empty: give an address such as " + LOOPBACK);
    }
  }
}
