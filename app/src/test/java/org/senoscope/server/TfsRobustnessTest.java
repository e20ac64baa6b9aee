package org.senoscope.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is sent to TensorFlow Serving's API, it is refused with 4xx or answered, never 500. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TfsRobustnessTest {
  private static final int MB = 1_000_000;
  private static final String IMAGE = "[[[1, 2], [3, 4]]]";

  private RunningServer running;

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    running = TfsModels.start(folder);
  }

  @AfterAll
  void stop() {
    running.close();
  }

  @Test
  void twoHundredClientsAtOnceAllGetTheirOwnAnswer() throws Exception {
    List<String> requests = new ArrayList<>();
    List<JsonNode> alone = new ArrayList<>();
    for (int seed = 0; seed < 10; seed++) {
      requests.add("{\"instances\": %s}".formatted(TfsModels.tensor(seed, 3, 2, 8, 12)));
      HttpResponse<String> answer = running.tfs("tiny:predict", requests.getLast());
      assertThat(answer.statusCode()).isEqualTo(200);
      alone.add(RunningServer.json(answer));
    }
    List<Future<HttpResponse<String>>> answers = new ArrayList<>();
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 200; i++) {
        String request = requests.get(i % requests.size());
        answers.add(clients.submit(() -> running.tfs("tiny:predict", request)));
      }
    }
    int answered = 0;
    for (int i = 0; i < 200; i++) {
      HttpResponse<String> answer = answers.get(i).get();
      assertThat(answer.statusCode()).as(answer.body()).isIn(200, 503);
      if (answer.statusCode() == 200) {
        assertThat(RunningServer.json(answer)).isEqualTo(alone.get(i % alone.size()));
        answered++;
      }
    }
    assertThat(answered).isPositive();
    assertThat(running.get("/health/live").statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{\"a\":", "[[1],", "{\"instances\":["})
  void deepNestingIsRefused(String opening) {
    for (String before : List.of("", "{\"instances\":", "{\"other\":", "{\"examples\":[{\"x\":")) {
      for (String verb : List.of("predict", "classify")) {
        assertRefused(
            running.tfs("versioned:" + verb, before + opening.repeat(MB / opening.length())));
      }
    }
  }

  @Test
  void fiftyMegabytesOfNoiseAreRefused() {
    byte[] noise = new byte[50 * MB];
    new Random(1).nextBytes(noise);
    assertRefused(post(noise));
    assertRefused(stream(noise));
    byte[] object = noise.clone();
    byte[] beginning = "{\"instances\": [{\"b64\": \"".getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(beginning, 0, object, 0, beginning.length);
    assertRefused(post(object));
  }

  @Test
  void fiftyMegabytesOfOneThingAreRefused() {
    for (String part : List.of("a", "7", " ", "\\\"", "\\u0041", "[],", "\"k\":1,", "NaN,")) {
      for (String before :
          List.of("{\"instances\": [[[[", "{\"instances\": [\"", "{\"signature_name\": \"", "{")) {
        byte[] body =
            (before + part.repeat(20 * MB / part.length())).getBytes(StandardCharsets.UTF_8);
        assertRefused(post(body));
      }
    }
  }

  @Test
  void anEncodedImageBeyondTheLimitIsRefused() {
    assertError(
        post("{\"instances\": [{\"b64\": \"" + "A".repeat(48 * MB) + "\"}]}"),
        400,
        "larger than 30 MB");
  }

  @Test
  void aBodyBeyondTheLimitIsRefusedWithoutBeingHeld() {
    byte[] piece = " ".repeat(MB).getBytes(StandardCharsets.US_ASCII);
    HttpResponse<String> answer =
        running.send(
            HttpRequest.newBuilder(running.at("/v1/models/versioned:predict"))
                .POST(
                    BodyPublishers.ofInputStream(
                        () ->
                            new SequenceInputStream(
                                Collections.enumeration(
                                    Collections.nCopies(260, piece).stream()
                                        .map(ByteArrayInputStream::new)
                                        .toList()))))
                .build());
    assertError(answer, 413, "at most");
  }

  @Test
  void moreImagesThanOneRequestMayHoldAreRefused() {
    String images = String.join(",", Collections.nCopies(10_001, IMAGE));
    assertError(post("{\"instances\": [" + images + "]}"), 400, "10000 images at most");
  }

  @Test
  void aRequestIsRefusedWhereverItEnds() {
    String encoded = TfsModels.base64(RunningServer.png(6, 6, 1));
    for (String request :
        List.of(
            "{\"signature_name\": \"serving_default\", \"instances\": [%s, %s]}"
                .formatted(IMAGE, IMAGE),
            "{\"inputs\": {\"image\": [%s]}}".formatted(IMAGE),
            "{\"instances\": [{\"image_bytes\": %s}]}".formatted(encoded))) {
      assertThat(post(request).statusCode()).isEqualTo(200);
      for (int length = 0; length < request.length(); length++) {
        assertRefused(post(request.substring(0, length)));
      }
    }
  }

  @Test
  void changedBytesAreRefusedOrAnswered() {
    byte[] request =
        "{\"signature_name\": \"serving_default\", \"instances\": [%s, {\"b64\": \"aGk=\"}]}"
            .formatted(IMAGE)
            .getBytes(StandardCharsets.UTF_8);
    for (long seed = 0; seed < 400; seed++) {
      Random random = new Random(seed);
      byte[] changed = request.clone();
      for (int i = 0; i <= seed % 5; i++) {
        changed[random.nextInt(changed.length)] = (byte) random.nextInt();
      }
      assertThat(post(changed).statusCode()).as("seed %d", seed).isIn(200, 400);
    }
  }

  @Test
  void oddEncodingsOfTextAreRefusedOrAnswered() {
    String request = "{\"instances\": [%s]}".formatted(IMAGE);
    for (var charset :
        List.of(StandardCharsets.UTF_16BE, StandardCharsets.UTF_16LE, StandardCharsets.UTF_16)) {
      assertThat(post(request.getBytes(charset)).statusCode()).isIn(200, 400);
    }
    for (int[] start :
        new int[][] {{0, 0, 0xfe, 0xff}, {0, 0, 0xff, 0xfe}, {0, 0, 0, '{'}, {0xff, 0xfe, 0, 0}}) {
      byte[] body = new byte[400];
      for (int i = 0; i < 4; i++) {
        body[i] = (byte) start[i];
      }
      Arrays.fill(body, 4, 400, (byte) 0xd8);
      assertRefused(post(body));
    }
  }

  @Test
  void aBrokenPackingIsRefused() {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(running.at("/v1/models/versioned:predict"))
            .POST(BodyPublishers.ofString("{\"instances\": [%s]}".formatted(IMAGE)));
    assertError(
        running.send(request.copy().header("Content-Encoding", "gzip").build()), 400, "gzip");
    assertError(running.send(request.copy().header("Content-Encoding", "br").build()), 400, "gzip");
  }

  @Test
  void hugeNumbersAreNumbers() {
    for (String number : List.of("1e400", "-1e400", "1e-400", "9".repeat(300), "-0", "NaN")) {
      HttpResponse<String> answer =
          post("{\"instances\": [[[[%s, 2], [3, 4]]]]}".formatted(number));
      assertThat(answer.statusCode()).as(number).isEqualTo(200);
    }
    assertRefused(post("{\"instances\": [[[[%s, 2], [3, 4]]]]}".formatted("9".repeat(MB))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /v1/models/%zz HTTP/1.1",
        "GET /v1/models/..%2f..%2fetc HTTP/1.1",
        "GET /v1/models/tiny/../../../etc/passwd HTTP/1.1",
        "GET /v1/models/%ff%fe HTTP/1.1",
        "GET /v1/models/tiny%00 HTTP/1.1",
        "HEAD /v1/models/tiny HTTP/1.1",
        "OPTIONS /v1/models/tiny:predict HTTP/1.1",
        "TRACE /v1/models/tiny HTTP/1.1",
        "GET /v1/ HTTP/1.1",
        "GET /v1 HTTP/1.1"
      })
  void anOddRequestLineNeverFails(String line) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), running.port())) {
      socket.setSoTimeout(20_000);
      socket
          .getOutputStream()
          .write(
              (line + "\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                  .getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(answer).startsWith("HTTP/1.1 ").doesNotContain(" 500 ");
    }
  }

  @Test
  void clientsThatLeaveHalfwayLeaveNothingBehind() throws IOException {
    String beginning = "{\"instances\": [{\"b64\": \"" + "QUJD".repeat(1000);
    for (int i = 0; i < 100; i++) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), running.port())) {
        OutputStream out = socket.getOutputStream();
        // 40 MB announced: two of them fill the memory for images, were it not given back.
        out.write(
            """
            POST /v1/models/versioned:predict HTTP/1.1
            Host: localhost
            Content-Length: 40000000

            """
                .replace("\n", "\r\n")
                .getBytes(StandardCharsets.UTF_8));
        out.write(beginning.getBytes(StandardCharsets.UTF_8));
        out.flush();
      }
    }
    assertThat(post("{\"instances\": [%s]}".formatted(IMAGE)).statusCode()).isEqualTo(200);
  }

  private HttpResponse<String> post(String body) {
    return post(body.getBytes(StandardCharsets.UTF_8));
  }

  private HttpResponse<String> post(byte[] body) {
    return running.post(
        "/v1/models/versioned:predict", "application/json", BodyPublishers.ofByteArray(body));
  }

  private HttpResponse<String> stream(byte[] body) {
    return running.post(
        "/v1/models/versioned:predict",
        "application/json",
        BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)));
  }

  private static void assertRefused(HttpResponse<String> answer) {
    assertError(answer, 400, "");
  }

  private static void assertError(HttpResponse<String> answer, int status, String error) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(RunningServer.json(answer).path("error").asText()).isNotBlank().contains(error);
  }
}
