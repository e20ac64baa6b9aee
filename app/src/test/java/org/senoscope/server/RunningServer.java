package org.senoscope.server;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.senoscope.files.Json;
import org.senoscope.image.GreyImage;
import org.senoscope.image.ImageFiles;
import org.senoscope.model.TinyBundle;

/** A real server on a free port with one tiny model named {@code tiny}, and a client for it. */
final class RunningServer implements AutoCloseable {
  static final String PREDICTIONS = "/api/v1/predictions";

  private final SenoscopeServer server;
  private final HttpClient client;

  private RunningServer(SenoscopeServer server) {
    this.server = server;
    this.client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(20)).build();
  }

  /** Starts on a loopback address. */
  static RunningServer start(Path folder) throws IOException {
    return start(folder, ServerSettings.LOOPBACK);
  }

  static RunningServer start(Path folder, String host) throws IOException {
    Path models = folder.resolve("models");
    TinyBundle.write(models.resolve("tiny"));
    return new RunningServer(
        SenoscopeServer.start(new ServerSettings(host, 0, models, Optional.of(samples()))));
  }

  /** Starts with any settings. */
  static RunningServer of(ServerSettings settings) throws IOException {
    return new RunningServer(SenoscopeServer.start(settings));
  }

  /** Starts on the checkout's own models. */
  static RunningServer ofCheckout() throws IOException {
    return new RunningServer(
        SenoscopeServer.start(
            new ServerSettings(
                ServerSettings.LOOPBACK, 0, Path.of("..", "models"), Optional.of(samples()))));
  }

  /** The samples of the checkout; Surefire runs in the module's folder. */
  static Path samples() {
    return Path.of("..", "samples", "ultrasound");
  }

  SenoscopeServer server() {
    return server;
  }

  int port() {
    return server.address().getPort();
  }

  URI at(String path) {
    return URI.create("http://127.0.0.1:" + port() + path);
  }

  HttpResponse<String> get(String path, String... headers) {
    HttpRequest.Builder request = HttpRequest.newBuilder(at(path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request.build());
  }

  byte[] bytes(String path) {
    try {
      return client
          .send(HttpRequest.newBuilder(at(path)).build(), BodyHandlers.ofByteArray())
          .body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Sends a body of a content type, which may be empty for none. */
  HttpResponse<String> post(String path, String type, HttpRequest.BodyPublisher body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(at(path)).timeout(Duration.ofSeconds(90)).POST(body);
    if (!type.isEmpty()) {
      request.header("Content-Type", type);
    }
    return send(request.build());
  }

  /** Sends a JSON text as TensorFlow Serving's clients do. */
  HttpResponse<String> tfs(String path, String json) {
    return post(
        "/v1/models/" + path, "application/json", HttpRequest.BodyPublishers.ofString(json));
  }

  HttpResponse<String> predict(byte[] image) {
    return post(PREDICTIONS, "image/png", HttpRequest.BodyPublishers.ofByteArray(image));
  }

  HttpResponse<String> send(HttpRequest request) {
    try {
      return client.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  static JsonNode json(HttpResponse<String> answer) {
    return Json.parse(answer.body(), "the answer");
  }

  /** A PNG of random grey, so that it does not compress. */
  static byte[] png(int height, int width, long seed) {
    RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
    float[] pixels = new float[height * width];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = ((i * 31L + seed) % 97) / 97f * random.nextFloat();
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      ImageFiles.writePng(new GreyImage(height, width, pixels), out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** A multipart body with one part. */
  static byte[] multipart(String boundary, String partName, String fileName, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(
        """
        --%s
        Content-Disposition: form-data; name="%s"; filename="%s"
        Content-Type: image/png

        """
            .formatted(boundary, partName, fileName)
            .replace("\n", "\r\n")
            .getBytes(StandardCharsets.UTF_8));
    out.writeBytes(content);
    out.writeBytes("\r\n--%s--\r\n".formatted(boundary).getBytes(StandardCharsets.UTF_8));
    return out.toByteArray();
  }

  @Override
  public void close() {
    client.close();
    server.close();
  }
}
