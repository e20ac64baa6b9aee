package org.senoscope.cli;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.senoscope.server.SenoscopeServer;
import org.senoscope.server.ServerSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Opens the page on the models and samples that come with the checkout. */
@Command(
    name = "demo",
    description = "Open the page on the model and the sample images that come with Senoscope.",
    mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
  @Mixin private Output output;

  @Override
  public Integer call() throws IOException {
    var settings =
        new ServerSettings(
            ServerSettings.LOOPBACK,
            Serving.usualPort(),
            Home.models(),
            Optional.of(Home.samples()));
    SenoscopeServer server = SenoscopeServer.start(settings);
    openBrowser(server.address());
    Serving.untilStopped(server, output);
    return 0;
  }

  /** Opens a browser where there is a desktop; quietly does without elsewhere. */
  private static void openBrowser(URI address) {
    if (System.getenv("DISPLAY") == null && System.getenv("WAYLAND_DISPLAY") == null) {
      return;
    }
    String path = System.getenv("PATH");
    for (String folder : (path == null ? "" : path).split(File.pathSeparator, -1)) {
      Path opener = Path.of(folder, "xdg-open");
      if (Files.isExecutable(opener)) {
        try {
          new ProcessBuilder(opener.toString(), address.toString())
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
        } catch (IOException cannot) {
          return; // the address is printed all the same
        }
        return;
      }
    }
  }
}
