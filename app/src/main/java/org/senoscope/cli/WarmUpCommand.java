package org.senoscope.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
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

  /** Enough for the cache to hold the classes that another protocol needs. */
  private static final int TFS_PREDICTIONS = 4;

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
          HttpURLConnection answered =
              post(
                  server.address().resolve("/api/v1/predictions?model=" + model),
                  "image/jpeg",
                  images.get(i % images.size()));
          if (i % 20 == 0) {
            URI made = server.address().resolve(answered.getHeaderField("Location"));
            get(URI.create(made + "/image?longest=900"));
            get(URI.create(made + "/heatmap?layer=true&longest=900"));
            get(URI.create(made + "/heatmap"));
          }
        }
        for (String model : server.models()) {
          URI tfs = server.address().resolve("/v1/models/" + model);
          get(tfs);
          for (int i = 0; i < Math.min(TFS_PREDICTIONS, images.size()); i++) {
            var _ =
                post(URI.create(tfs + ":predict"), "application/json", tfsRequest(images.get(i)));
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

  private static byte[] tfsRequest(byte[] image) {
    return "{\"instances\": [{\"b64\": \"%s\"}]}"
        .formatted(Base64.getEncoder().encodeToString(image))
        .getBytes(StandardCharsets.US_ASCII);
  }

  /** Posts a body and returns the connection, its answer read. */
  private static HttpURLConnection post(URI address, String type, byte[] body) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) address.toURL().openConnection();
    connection.setDoOutput(true);
    connection.setRequestProperty("Content-Type", type);
    try (OutputStream out = connection.getOutputStream()) {
      out.write(body);
    }
    finish(connection);
    return connection;
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
