package org.senoscope.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.senoscope.server.RunningServer.PREDICTIONS;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a client sends, it gets an answer that says what is wrong, and never a 500. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RobustnessTest {
  private static final int MB = 1_000_000;

  private RunningServer running;

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    running = RunningServer.start(folder);
  }

  @AfterAll
  void stop() {
    running.close();
  }

  @Test
  void anEmptyBodyIsRefused() {
    for (String type : List.of("", "image/png", "multipart/form-data; boundary=x")) {
      assertProblem(running.post(PREDICTIONS, type, BodyPublishers.noBody()), 400, "empty-body");
    }
  }

  @Test
  void noiseIsRefusedByItsSizeOrItsContent() {
    byte[] noise = noise(50 * MB);

    assertProblem(running.predict(noise), 413, "too-large");
    assertProblem(running.predict(Arrays.copyOf(noise, 20 * MB)), 422, "unreadable-image");
    assertProblem(running.predict(Arrays.copyOf(noise, 1)), 422, "unreadable-image");
  }

  @Test
  void noiseOfUnannouncedLengthIsRefusedToo() {
    HttpResponse<String> answer =
        running.post(
            PREDICTIONS,
            "application/octet-stream",
            BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(noise(50 * MB))));

    assertProblem(answer, 413, "too-large");
  }

  @Test
  void aTruncatedPngIsRefusedWhereverItEnds() {
    byte[] png = RunningServer.png(60, 80, 1);
    for (int length = 1; length < png.length - 16; length += 1 + png.length / 40) {
      assertProblem(running.predict(Arrays.copyOf(png, length)), 422, "unreadable-image");
    }
  }

  @Test
  void aTruncatedJpegIsRefusedOrReadButNeverFails() throws IOException {
    byte[] jpeg =
        Files.readAllBytes(RunningServer.samples().resolve("benign").resolve("benign-2.jpg"));
    for (int length = 1; length < jpeg.length; length += 1 + jpeg.length / 40) {
      HttpResponse<String> answer = running.predict(Arrays.copyOf(jpeg, length));
      assertThat(answer.statusCode()).as("JPEG of %d bytes", length).isIn(200, 422);
    }
  }

  @Test
  void anImageWithFlippedBytesNeverFails() throws IOException {
    byte[] jpeg =
        Files.readAllBytes(RunningServer.samples().resolve("normal").resolve("normal-1.jpg"));
    byte[] png = RunningServer.png(30, 30, 2);
    for (long seed = 0; seed < 60; seed++) {
      byte[] image = (seed % 2 == 0 ? jpeg : png).clone();
      java.util.Random random = new java.util.Random(seed);
      for (int i = 0; i < 1 + seed / 4; i++) {
        image[random.nextInt(Math.min(image.length, 700))] = (byte) random.nextInt();
      }
      assertThat(running.predict(image).statusCode()).as("seed %d", seed).isIn(200, 422);
    }
  }

  @ParameterizedTest
  @CsvSource({"60000, 60000", "2147483647, 2147483647", "1, 2147483647", "0, 0", "8000, 8000"})
  void aDecompressionBombIsRefusedByItsHeader(int height, int width) {
    HttpResponse<String> answer = running.predict(pngHeader(height, width));

    assertProblem(answer, 422, "unreadable-image");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/plain",
        "application/json",
        "application/x-www-form-urlencoded",
        "multipart/related; boundary=x",
        "???",
        "image"
      })
  void aWrongContentTypeIsRefused(String type) {
    HttpResponse<String> answer =
        running.post(PREDICTIONS, type, BodyPublishers.ofByteArray(RunningServer.png(8, 8, 1)));

    assertProblem(answer, 415, "unsupported-type");
  }

  @Test
  void aBrokenFormIsRefused() {
    byte[] png = RunningServer.png(8, 8, 1);
    byte[] whole = RunningServer.multipart("b", "file", "a.png", png);
    byte[] other = RunningServer.multipart("b", "picture", "a.png", png);
    byte[] empty = RunningServer.multipart("b", "file", "a.png", new byte[0]);
    byte[] cut = Arrays.copyOf(whole, whole.length - 30);

    assertProblem(form("multipart/form-data", whole), 400, "broken-body");
    assertProblem(form("multipart/form-data; boundary=other", whole), 400, "broken-body");
    assertProblem(form("multipart/form-data; boundary=b", cut), 400, "broken-body");
    assertProblem(form("multipart/form-data; boundary=b", noise(MB)), 400, "broken-body");
    assertProblem(form("multipart/form-data; boundary=b", other), 400, "empty-body");
    assertProblem(form("multipart/form-data; boundary=b", empty), 400, "empty-body");
  }

  @ParameterizedTest
  @ValueSource(strings = {"nope", "..%2F..%2Fetc", "%00", "a%20b", "tiny2"})
  void anUnknownModelIsNotFound(String name) {
    HttpResponse<String> answer =
        running.post(
            PREDICTIONS + "?model=" + name,
            "image/png",
            BodyPublishers.ofByteArray(RunningServer.png(8, 8, 1)));

    assertProblem(answer, 404, "unknown-model");
    assertThat(RunningServer.json(answer).path("detail").asText()).contains("tiny");
  }

  @Test
  void wrongParametersAreNamed() {
    byte[] png = RunningServer.png(8, 8, 1);
    String id = RunningServer.json(running.predict(png)).path("id").asText();
    String at = PREDICTIONS + "/" + id;

    assertProblem(
        running.post(PREDICTIONS + "?heatmap=maybe", "image/png", BodyPublishers.ofByteArray(png)),
        400,
        "bad-parameter");
    assertProblem(running.get(at + "/heatmap?label=cat"), 400, "bad-parameter");
    assertProblem(running.get(at + "/heatmap?layer=2"), 400, "bad-parameter");
    assertProblem(running.get(at + "/image?longest=-1"), 400, "bad-parameter");
    assertProblem(running.get(at + "/image?longest=99999999999"), 400, "bad-parameter");
    assertProblem(running.get(PREDICTIONS + "?limit=0"), 400, "bad-parameter");
    assertProblem(running.get(PREDICTIONS + "/0000000000000000"), 404, "unknown-prediction");
    assertProblem(running.get("/api/v1/models/nope"), 404, "unknown-model");
    assertProblem(running.get("/api/v1/samples/benign/..%5C..%5CCREDITS.md"), 404, "not-found");
    assertProblem(running.get("/nothing"), 404, "not-found");
    assertProblem(running.get("/web/index.html"), 404, "not-found");
    assertProblem(
        running.post("/api/v1/models", "image/png", BodyPublishers.ofByteArray(png)),
        405,
        "method-not-allowed");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /api/v1/models/%zz HTTP/1.1",
        "GET /api/v1/samples/benign/..%2f..%2fCREDITS.md HTTP/1.1",
        "GET /../../etc/passwd HTTP/1.1",
        "GET /api/v1/predictions?limit=%ff HTTP/1.1",
        "FROB / HTTP/1.1",
        "HEAD / HTTP/1.1",
        "OPTIONS * HTTP/1.1",
        "GET / HTTP/9.9",
        "nonsense"
      })
  void anOddRequestLineNeverFails(String line) throws IOException {
    String answer = raw(line + "\r\nHost: localhost\r\nConnection: close\r\n\r\n");

    assertThat(answer).doesNotContain(" 500 ").startsWith("HTTP/1.1 ");
  }

  @Test
  void twoHundredClientsAtOnceAllGetAnAnswer() throws Exception {
    byte[] png = RunningServer.png(200, 300, 7);
    List<Future<Integer>> answers = new ArrayList<>();
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 200; i++) {
        answers.add(clients.submit(() -> running.predict(png).statusCode()));
      }
    }
    List<Integer> statuses = new ArrayList<>();
    for (Future<Integer> answer : answers) {
      statuses.add(answer.get());
    }
    assertThat(statuses).hasSize(200).allMatch(status -> status == 200 || status == 503);
    assertThat(statuses).contains(200);
    assertThat(running.get("/health/live").statusCode()).isEqualTo(200);
  }

  @Test
  void clientsThatLeaveHalfwayLeaveNothingBehind() throws IOException {
    byte[] png = RunningServer.png(50, 50, 8);
    for (int i = 0; i < 100; i++) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), running.port())) {
        OutputStream out = socket.getOutputStream();
        // 25 MB announced: three of them fill the memory for bodies, were it not given back.
        out.write(
            """
            POST %s HTTP/1.1
            Host: localhost
            Content-Type: image/png
            Content-Length: 25000000

            """
                .formatted(PREDICTIONS)
                .replace("\n", "\r\n")
                .getBytes(StandardCharsets.UTF_8));
        out.write(png, 0, 100);
        out.flush();
      }
    }
    assertThat(running.predict(png).statusCode()).isEqualTo(200);
  }

  @Test
  void anotherSitesPageCannotUseTheServer() throws IOException {
    byte[] png = RunningServer.png(8, 8, 1);
    String post =
        "POST %s HTTP/1.1\r\nContent-Type: image/png\r\nContent-Length: %d\r\nConnection: close\r\n%s\r\n\r\n";

    assertThat(
            raw(post.formatted(PREDICTIONS, 0, "Host: localhost\r\nOrigin: https://evil.example")))
        .contains(" 403 ", "cross-site");
    assertThat(raw(post.formatted(PREDICTIONS, 0, "Host: localhost\r\nOrigin: null")))
        .contains(" 403 ");
    assertThat(raw(post.formatted(PREDICTIONS, 0, "Host: localhost\r\nSec-Fetch-Site: cross-site")))
        .contains(" 403 ");
    assertThat(
            raw(
                post.formatted(
                    PREDICTIONS,
                    0,
                    "Host: localhost\r\nOrigin: https://evil.example\r\nX-Forwarded-Host: good.example")))
        .contains(" 403 ");
    assertThat(
            raw(
                post.formatted(
                    PREDICTIONS,
                    0,
                    "Host: localhost\r\nOrigin: https://good.example\r\nX-Forwarded-Host: good.example")))
        .as("a proxy's name for the server")
        .doesNotContain("cross-site");
    assertThat(
            raw("GET /api/v1/models HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"))
        .contains(" 421 ", "wrong-host");
    String own = "http://localhost:" + running.port();
    assertThat(
            running
                .send(
                    java.net.http.HttpRequest.newBuilder(java.net.URI.create(own + PREDICTIONS))
                        .header("Origin", own)
                        .header("Content-Type", "image/png")
                        .POST(BodyPublishers.ofByteArray(png))
                        .build())
                .statusCode())
        .isEqualTo(200);
  }

  @Test
  void everyAnswerCarriesTheHeadersThatKeepThePageItsOwn() {
    for (String path : List.of("/", "/app.js", "/api/v1/models", "/nothing", "/metrics")) {
      var headers = running.get(path).headers();
      assertThat(headers.firstValue("Content-Security-Policy").orElse(""))
          .contains("default-src 'none'", "frame-ancestors 'none'");
      assertThat(headers.firstValue("X-Content-Type-Options")).contains("nosniff");
      assertThat(headers.firstValue("Referrer-Policy")).contains("no-referrer");
      assertThat(headers.firstValue("Server")).isEmpty();
    }
  }

  private HttpResponse<String> form(String type, byte[] body) {
    return running.post(PREDICTIONS, type, BodyPublishers.ofByteArray(body));
  }

  private String raw(String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), running.port())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static void assertProblem(HttpResponse<String> answer, int status, String kind) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    JsonNode problem = RunningServer.json(answer);
    assertThat(problem.path("type").asText()).isEqualTo("urn:senoscope:problem:" + kind);
    assertThat(problem.path("status").asInt()).isEqualTo(status);
    assertThat(problem.path("instance").asText()).isEqualTo(answer.uri().getRawPath());
    assertThat(problem.path("title").asText()).isNotBlank();
    assertThat(problem.path("detail").asText()).isNotBlank().doesNotContain("\n");
  }

  private static byte[] noise(int length) {
    byte[] noise = new byte[length];
    RandomGenerator.of("L64X128MixRandom").nextBytes(noise);
    // Not the beginning of any image, by chance.
    IntStream.range(0, Math.min(8, length)).forEach(i -> noise[i] = (byte) (i + 1));
    return noise;
  }

  /** A PNG that promises a size and holds next to nothing. */
  private static byte[] pngHeader(int height, int width) {
    ByteBuffer png = ByteBuffer.allocate(8 + 25 + 12 + 12 + 10);
    png.put(new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10});
    ByteBuffer header = ByteBuffer.allocate(17);
    header.put("IHDR".getBytes(StandardCharsets.US_ASCII)).putInt(width).putInt(height);
    header.put(new byte[] {8, 0, 0, 0, 0});
    chunk(png, header.array());
    chunk(png, new byte[] {'I', 'D', 'A', 'T', 0x78, (byte) 0x9c, 3, 0, 0, 0, 0, 1});
    chunk(png, "IEND".getBytes(StandardCharsets.US_ASCII));
    return Arrays.copyOf(png.array(), png.position());
  }

  private static void chunk(ByteBuffer png, byte[] typeAndContent) {
    CRC32 sum = new CRC32();
    sum.update(typeAndContent);
    png.putInt(typeAndContent.length - 4).put(typeAndContent).putInt((int) sum.getValue());
  }
}
