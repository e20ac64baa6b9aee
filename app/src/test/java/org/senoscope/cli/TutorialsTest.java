package org.senoscope.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.senoscope.files.Json;
import org.senoscope.image.GreyImage;
import org.senoscope.image.ImageFiles;

/** The tutorials of {@code docs/tutorials}, typed as they stand there, and what they promise. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TutorialsTest {
  private static final Path CHECKOUT = Path.of("..").toAbsolutePath().normalize();
  private static final Path DOCUMENTS = CHECKOUT.resolve("docs").resolve("tutorials");

  /** Side of the student's images, pixels: as large as trains in seconds. */
  private static final int SIDE = 20;

  private static final int WOMEN_PER_CLASS = 10;

  private final HttpClient client = HttpClient.newHttpClient();
  @TempDir private Path folder;

  @BeforeAll
  static void findTheShellsCommands() {
    String path = System.getenv("PATH");
    for (String command : List.of("bash", "curl")) {
      Assumptions.assumeTrue(
          Stream.of((path == null ? "" : path).split(File.pathSeparator, -1))
              .anyMatch(each -> Files.isExecutable(Path.of(each, command))),
          "skipped: no %s on the PATH, which the tutorials type".formatted(command));
    }
  }

  @BeforeEach
  void lieInACheckout() throws IOException {
    Run.launcher(folder.resolve("senoscope"));
    for (String name : List.of("models", "samples", "recipes")) {
      Files.createSymbolicLink(folder.resolve(name), CHECKOUT.resolve(name));
    }
  }

  @AfterAll
  void close() {
    client.close();
  }

  @Test
  void aStudentGetsAModelHonestFiguresAndHeatmaps() throws Exception {
    makeImages();
    try (Tutorial tutorial = Tutorial.run(DOCUMENTS.resolve("student.md"), folder)) {
      assertThat(tutorial.file("data/my-images/rejected.csv")).exists();
      assertThat(tutorial.file("reports/audit/audit.html")).content().contains("<html");
      assertThat(tutorial.file("my-recipe.yaml")).content().contains("my-images", " # ");

      JsonNode evaluation = json(tutorial.file("reports/first/evaluation.json"));
      assertThat(evaluation.path("n").asInt()).isEqualTo(4 * WOMEN_PER_CLASS);
      assertThat(evaluation.path("dataset").path("groups").asInt()).isEqualTo(2 * WOMEN_PER_CLASS);
      assertThat(evaluation.path("protocol").path("kind").asText()).isEqualTo("cross-validation");
      assertThat(evaluation.path("protocol").path("leakFree").asBoolean()).isTrue();
      for (String metric :
          List.of("auc", "balancedAccuracy", "accuracy", "sensitivity", "specificity", "ece")) {
        assertThat(evaluation.path("metrics").path(metric).path("value").isNumber())
            .as(metric)
            .isTrue();
      }
      assertThat(tutorial.file("reports/first/report.html"))
          .content()
          .contains("Learning curves", "Training images");

      try (Stream<Path> heatmaps = Files.list(tutorial.file("heatmaps"))) {
        List<Path> found = heatmaps.toList();
        assertThat(found).hasSize(3);
        for (Path each : found) {
          requirePng(each);
        }
      }

      URI page = address(tutorial.printedBy("./senoscope serve"));
      assertThat(get(page, "").body()).contains("Choose images");
      JsonNode answer =
          json(
              post(
                  page,
                  "?model=first",
                  "",
                  Files.readAllBytes(folder.resolve("new-images/new1.png"))));
      assertThat(answer.path("decision").asText()).isIn("benign", "malignant");
      assertThat(
              get(page.resolve(answer.path("heatmap").asText()), "")
                  .headers()
                  .firstValue("Content-Type"))
          .hasValue("image/png");

      JsonNode runs = json(get(page.resolve("api/v1/runs"), ""));
      assertThat(runs.findValuesAsText("name")).contains("first", "second");

      assertThat(json(tutorial.file("reports/second/evaluation.json")).path("n"))
          .isEqualTo(evaluation.path("n"));
      assertThat(tutorial.file("runs/second/recipe.yaml")).content().contains("flip: 0\n");
      assertThat(
              json(tutorial.file("runs/second/bundle/model.json"))
                  .path("provenance")
                  .path("splitSha256"))
          .as("the same folds")
          .isEqualTo(
              json(tutorial.file("runs/first/bundle/model.json"))
                  .path("provenance")
                  .path("splitSha256"));
    }
  }

  @Test
  void aRadiologistAsksFromThePhone() throws Exception {
    try (Tutorial tutorial = Tutorial.run(DOCUMENTS.resolve("radiologist.md"), folder)) {
      String printed = tutorial.printedBy("./senoscope serve");
      URI page = URI.create("http://127.0.0.1:" + address(printed).getPort() + "/");
      String token = found("Token, shown once: ([0-9a-f]+)", printed);
      assertThat(found("In a browser: \\S+\\?token=(\\S+)", printed)).isEqualTo(token);

      HttpResponse<String> without = get(page, "");
      assertThat(without.statusCode()).isEqualTo(401);
      assertThat(without.body()).contains("asks for its token");
      assertThat(get(page.resolve("?token=" + token), "").statusCode()).isEqualTo(303);
      assertThat(get(page, token).body())
          .contains(
              "Choose images", "Model card", "not a medical device", "see a doctor about these");
      assertThat(get(page.resolve("api/v1/samples"), token).body()).contains("malignant-1.jpg");

      byte[] sample =
          Files.readAllBytes(folder.resolve("samples/ultrasound/malignant/malignant-1.jpg"));
      JsonNode answer = json(post(page, "?model=ultrasound", token, sample));
      assertThat(answer.path("decision").asText()).isEqualTo("malignant");
      assertThat(answer.path("calibrated").asBoolean()).isTrue();
      double sum = 0;
      for (JsonNode score : answer.path("scores")) {
        sum += score.doubleValue();
      }
      assertThat(sum).isCloseTo(1, within(1e-6));
      for (String label : List.of("normal", "benign", "malignant")) {
        URI heatmap = page.resolve(answer.path("heatmap").asText() + "?label=" + label);
        assertThat(get(heatmap, token).headers().firstValue("Content-Type")).hasValue("image/png");
      }

      JsonNode part = json(post(page, "?model=ultrasound&crop=72:154:272:410", token, sample));
      assertThat(part.path("crop").asText()).isEqualTo("72:154:272:410");

      HttpResponse<String> refused =
          post(page, "?model=ultrasound", token, Arrays.copyOf(sample, 300));
      assertThat(refused.statusCode()).isEqualTo(422);
      assertThat(Json.parse(refused.body(), "refusal").path("detail").asText()).isNotBlank();

      Path stripes = folder.resolve("no-breast.png");
      ImageFiles.writePng(scan(new SplittableRandom(1), false), stripes);
      JsonNode noBreast = json(post(page, "?model=ultrasound", token, Files.readAllBytes(stripes)));
      assertThat(noBreast.path("decision").asText()).isEqualTo("refer");
      assertThat(noBreast.path("reason").asText())
          .as("unlike its training images or of poor quality, as the tutorial says")
          .matches("(out-of-distribution|quality): .+");

      JsonNode card =
          Json.parse(get(page.resolve("api/v1/models/ultrasound"), token).body(), "model");
      double sensitivity = card.findPath("sensitivity").path("value").asDouble();
      assertThat(1 - sensitivity).as("misses about one in five").isBetween(1 / 6.0, 1 / 4.0);
    }
  }

  @Test
  void anItPersonServesWatchesAndUpdates() throws Exception {
    try (Tutorial tutorial = Tutorial.run(DOCUMENTS.resolve("it.md"), folder)) {
      assertThat(Files.getPosixFilePermissions(tutorial.file("auth.txt")))
          .containsExactlyInAnyOrder(
              PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
      assertThat(json(tutorial.file("refused.json")).path("detail").asText())
          .contains("Bearer TOKEN");

      JsonNode answer = json(tutorial.file("answer.json"));
      assertThat(answer.path("decision").asText()).isEqualTo("malignant");
      requirePng(tutorial.file("heatmap.png"));
      assertThat(json(tutorial.file("problem.json")).path("status").asInt()).isEqualTo(422);

      JsonNode row = json(tutorial.file("tfs.json")).path("predictions").path(0);
      int place = 0;
      for (JsonNode score : answer.path("scores")) {
        assertThat(row.path(place++).asDouble()).isCloseTo(score.asDouble(), within(1e-4));
      }
      assertThat(place).isEqualTo(row.size());
      assertThat(tutorial.file("metrics.txt"))
          .content()
          .contains(
              "process_resident_memory_bytes", "senoscope_predictions_total{model=\"ultrasound\"");

      assertThat(json(tutorial.file("versions.json")).path("model_version_status")).hasSize(1);
      JsonNode versions = json(tutorial.file("versions-2.json")).path("model_version_status");
      assertThat(versions.findValuesAsText("version")).containsExactlyInAnyOrder("1", "2");
      assertThat(json(tutorial.file("answer-2.json")).path("decision").asText())
          .isEqualTo("benign");

      String token = found("Bearer ([0-9a-f]+)", Files.readString(tutorial.file("auth.txt")));
      assertThat(tutorial.file("server.log"))
          .content()
          .doesNotContain(token, "malignant-1", "benign-1", "/api/");
    }
  }

  @Test
  void eachTutorialAndTheReadmeLeadToTheOthers() throws IOException {
    List<String> names = List.of("student.md", "radiologist.md", "it.md");
    for (String from : names) {
      assertThat(Files.readString(DOCUMENTS.resolve(from)))
          .contains(
              names.stream().filter(to -> !to.equals(from)).map(to -> "](" + to + ")").toList());
    }
    assertThat(Files.readString(CHECKOUT.resolve("README.md")))
        .contains(names.stream().map(to -> "](docs/tutorials/" + to + ")").toList());
  }

  /** Two scans of each woman: a smooth dark lesion, or one taller than wide with a shadow. */
  private void makeImages() throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    for (int woman = 1; woman <= 2 * WOMEN_PER_CLASS; woman++) {
      boolean malignant = woman > WOMEN_PER_CLASS;
      for (int image = 1; image <= 2; image++) {
        write(
            "my-images/%s/case%02d_%d.png"
                .formatted(malignant ? "malignant" : "benign", woman, image),
            scan(random, malignant));
      }
    }
    for (int i = 1; i <= 3; i++) {
      write("new-images/new%d.png".formatted(i), scan(random, i % 2 == 0));
    }
  }

  private void write(String name, GreyImage image) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    ImageFiles.writePng(image, file);
  }

  private static GreyImage scan(SplittableRandom random, boolean malignant) {
    double down = SIDE * random.nextDouble(0.35, 0.55);
    double across = SIDE * random.nextDouble(0.35, 0.65);
    double high = SIDE * (malignant ? 0.28 : 0.14);
    double wide = SIDE * (malignant ? 0.12 : 0.24);
    float[] pixels = new float[SIDE * SIDE];
    for (int row = 0; row < SIDE; row++) {
      for (int column = 0; column < SIDE; column++) {
        boolean lesion = Math.hypot((row - down) / high, (column - across) / wide) < 1;
        boolean shadow = malignant && row > down && Math.abs(column - across) < wide;
        double echo = lesion ? 0.08 : shadow ? 0.2 : 0.5;
        double speckle = 0.3 + Math.sqrt(-Math.log(1 - random.nextDouble()));
        pixels[row * SIDE + column] = (float) Math.min(1, echo * speckle);
      }
    }
    return new GreyImage(SIDE, SIDE, pixels);
  }

  private static URI address(String printed) {
    return URI.create(found("Senoscope is at (\\S+)", printed));
  }

  private static String found(String pattern, String text) {
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    assertThat(matcher.find()).as("%s in %s", pattern, text).isTrue();
    return matcher.group(1);
  }

  private HttpResponse<String> get(URI address, String token) throws Exception {
    return client.send(
        asking(address, token).header("Accept", "text/html, image/*, */*").build(),
        BodyHandlers.ofString());
  }

  private HttpResponse<String> post(URI page, String query, String token, byte[] image)
      throws Exception {
    return client.send(
        asking(page.resolve("api/v1/predictions" + query), token)
            .header("Content-Type", "image/png")
            .POST(HttpRequest.BodyPublishers.ofByteArray(image))
            .build(),
        BodyHandlers.ofString());
  }

  private static HttpRequest.Builder asking(URI address, String token) {
    HttpRequest.Builder builder = HttpRequest.newBuilder(address);
    return token.isEmpty() ? builder : builder.header("Authorization", "Bearer " + token);
  }

  private static JsonNode json(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Json.parse(answer.body(), "answer");
  }

  private static JsonNode json(Path file) throws IOException {
    return Json.parse(Files.readString(file), file.toString());
  }

  private static void requirePng(Path file) throws IOException {
    assertThat(file).isRegularFile();
    assertThat(ImageFiles.read(file).height()).isPositive();
  }
}
