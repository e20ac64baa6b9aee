package org.senoscope.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.senoscope.server.SenoscopeServer;
import org.senoscope.server.ServerSettings;
import picocli.CommandLine.Command;

/**
 * Does what users do, in one short run from which the build makes the JDK's ahead-of-time cache:
 * serves the page, and predicts the samples with every model.
 */
@Command(name = "warm-up", hidden = true)
final class WarmUpCommand implements Callable<Integer> {
  /** As many as the JIT needs to compile what serving uses. */
  private static final int PREDICTIONS = 200;

  @Override
  public Integer call() throws IOException {
    Main.execute("--version");
    Main.execute("--help");
    Main.execute("recipes", "--json");
    Path samples = Home.folder().resolve("samples").resolve("ultrasound");
    var settings =
        new ServerSettings(
            ServerSettings.LOOPBACK, 0, Home.folder().resolve("models"), Optional.of(samples));
    if (!Files.isDirectory(settings.models())) {
      return 0; // a checkout without models: the commands alone are warm
    }
    try (SenoscopeServer server = SenoscopeServer.start(settings)) {
      List<byte[]> images = images(samples);
      for (String page :
          List.of(
              "", "api/v1/models", "api/v1/samples", "health/live", "health/ready", "metrics")) {
        get(server.address().resolve("/" + page));
      }
      if (!server.models().isEmpty()) {
        for (int i = 0; i < PREDICTIONS && !images.isEmpty(); i++) {
          String model = server.models().get(i % server.models().size());
          URI made =
              post(
                  server.address().resolve("/api/v1/predictions?model=" + model),
                  images.get(i % images.size()));
          if (i % 20 == 0) {
            get(URI.create(made + "/image?longest=900"));
            get(URI.create(made + "/heatmap?layer=true&longest=900"));
            get(URI.create(made + "/heatmap"));
          }
        }
        get(server.address().resolve("/api/v1/predictions"));
      }
    }
    return 0;
  }

  private static List<byte[]> images(Path samples) throws IOException {
    if (!Files.isDirectory(samples)) {
      return List.of();
    }
    List<byte[]> images = new java.util.ArrayList<>();
    try (var files = Files.walk(samples)) {
      for (Path file : files.filter(WarmUpCommand::isImage).sorted().toList()) {
        images.add(Files.readAllBytes(file));
      }
    }
    return images;
  }

  private static boolean isImage(Path file) {
    String name = file.toString();
    return name.endsWith(".jpg") || name.endsWith(".png");
  }

  private static void get(URI address) throws IOException {
    // The JDK's small client: its large one would fill the cache with classes no server needs.
    HttpURLConnection connection = (HttpURLConnection) address.toURL().openConnection();
    finish(connection);
  }

  /** Posts an image and returns where the prediction now is. */
  private static URI post(URI address, byte[] image) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) address.toURL().openConnection();
    connection.setDoOutput(true);
    connection.setRequestProperty("Content-Type", "image/jpeg");
    try (OutputStream out = connection.getOutputStream()) {
      out.write(image);
    }
    finish(connection);
    return address.resolve(connection.getHeaderField("Location"));
  }

  private static void finish(HttpURLConnection connection) throws IOException {
    try (var in =
        connection.getResponseCode() < 400
            ? connection.getInputStream()
            : connection.getErrorStream()) {
      if (in != null) {
        in.readAllBytes();
      }
    }
  }
}
