package org.senoscope.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.senoscope.files.Json;
import org.senoscope.image.GreyImage;
import org.senoscope.image.ImageFiles;
import org.senoscope.model.Bundle;
import org.senoscope.server.SenoscopeServer;
import org.senoscope.server.ServerSettings;
import org.senoscope.study.Task;
import org.senoscope.train.Recipe;
import org.senoscope.train.RecipeReader;

/**
 * Every recipe in {@code recipes/}, for one small epoch, through all of import → train → bundle →
 * evaluate → predict → serve, as a user would call them. A new recipe is tried by lying there.
 */
class RecipesConformanceTest {
  private static final Path RECIPES = Path.of("..", "recipes");
  private static final int IMAGES = 32;

  @TempDir private Path folder;

  static Stream<String> recipes() throws IOException {
    try (var files = Files.list(RECIPES)) {
      return files
          .map(path -> path.getFileName().toString())
          .filter(name -> name.endsWith(".yaml"))
          .map(name -> name.substring(0, name.length() - 5))
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("recipes")
  void fromADataSetToAServedModel(String name) throws Exception {
    Recipe recipe = RecipeReader.read(RECIPES.resolve(name + ".yaml"));
    Path data = folder.resolve("data");
    importMade(recipe, data);
    Path small = folder.resolve("small.yaml");
    Files.writeString(small, Json.format(small(recipe)));
    Path run = folder.resolve("run");

    JsonNode trained = verb("train", small.toString(), "--data=" + data, "--out=" + run);
    assertThat(trained.path("epochs").asInt()).isEqualTo(1);
    Bundle bundle = Bundle.open(run.resolve("bundle"));
    assertThat(bundle.description().name()).isEqualTo(recipe.name());
    assertThat(bundle.description().tasks().stream().map(Task::name))
        .containsExactlyElementsOf(recipe.tasks());

    assertThat(run.resolve("training-report").resolve("report.html")).isRegularFile();

    Path report = folder.resolve("report");
    JsonNode evaluation =
        verb("evaluate", run.toString(), "--data=" + data, "--split=validation", "--out=" + report);
    assertThat(evaluation.path("n").asInt()).isPositive();
    assertThat(Files.readString(report.resolve("report.html")))
        .contains("Learning curves", "Training images", "data:image/png;base64,");

    boolean marked = recipe.preprocessing().needsMarks();
    Path image = data.resolve("images").resolve(firstImage(data));
    List<String> predict =
        new ArrayList<>(
            List.of(
                "predict", run.resolve("bundle").toString(), image.toString(), "--format=json"));
    if (marked) {
      predict.add("--roi=20:20:60:60");
    }
    JsonNode predicted = verbPlain(predict);
    JsonNode one = predicted.path(0);
    assertThat(one.path("scores").size()).isEqualTo(bundle.description().task().labels().size());
    assertThat(one.path("scores").valueStream().mapToDouble(JsonNode::asDouble).sum())
        .isBetween(0.999, 1.001);

    try (SenoscopeServer server =
        SenoscopeServer.start(
            new ServerSettings(
                ServerSettings.LOOPBACK, 0, run.resolve("bundle"), Optional.empty()))) {
      JsonNode served = post(server.address(), image, marked ? "?roi=20:20:60:60" : "");
      one.path("scores")
          .properties()
          .forEach(
              score ->
                  assertThat(served.path("scores").path(score.getKey()).asDouble())
                      .isCloseTo(
                          score.getValue().asDouble(),
                          org.assertj.core.api.Assertions.within(1e-6)));
      if (recipe.tasks().size() > 1) {
        assertThat(served.path("tasks").size()).isEqualTo(recipe.tasks().size());
      }
    }
  }

  /** The recipe itself, but for how long and on how much it trains. */
  private static ObjectNode small(Recipe recipe) {
    ObjectNode yaml = Json.parseYaml(recipe.text(), recipe.name()).deepCopy();
    yaml.remove("data");
    ObjectNode training = yaml.withObject("/training");
    training.put("epochs", 1).put("batch", 8).put("precision", "fp32");
    if (training.has("perClass")) {
      training.put("perClass", 4);
    }
    yaml.putObject("split").putArray("holdout").add(70).add(30).add(0);
    if (recipe.tasks().size() > 1) {
      yaml.remove("calibration"); // a hold-out calibrates one task alone
    }
    JsonNode weights = yaml.path("network").path("weights");
    if (weights.isTextual()
        && Home.weightFolders().stream()
            .noneMatch(at -> Files.exists(at.resolve(weights.asText() + ".safetensors")))) {
      // Begins at random where they are not at hand, and random stages must learn.
      yaml.withObject("/network").remove(List.of("weights", "frozenStages"));
    }
    return yaml;
  }

  /** Films of a bright breast on black with every label in turn, marks for all but the normal. */
  private void importMade(Recipe recipe, Path target) throws Exception {
    List<String> tasks =
        recipe.tasks().stream().flatMap(task -> Task.parts(task).stream()).distinct().toList();
    Path source = Files.createDirectories(folder.resolve("source"));
    StringBuilder table = new StringBuilder("image,roi,mask");
    tasks.forEach(task -> table.append(',').append(task));
    table.append('\n');
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < IMAGES; i++) {
      String image = "%02d.png".formatted(i);
      ImageFiles.writePng(film(random), source.resolve(image));
      boolean marked = i % 3 != 0;
      boolean masked = marked && recipe.masks().isPresent();
      if (masked) {
        ImageFiles.writePng(lesion(), source.resolve("mask-" + image));
      }
      table.append(image).append(',').append(marked ? "20:20:60:60" : "");
      table.append(',').append(masked ? "mask-" + image : "");
      int left = i;
      for (String task : tasks) {
        List<String> labels = labels(recipe, task);
        table.append(',').append(labels.get(left % labels.size()));
        left /= labels.size();
      }
      table.append('\n');
    }
    Files.writeString(source.resolve("cases.csv"), table.toString());
    String columns =
        "image=image,roi=roi,mask=mask,"
            + tasks.stream()
                .map(task -> "label.%s=%s".formatted(task, task))
                .collect(Collectors.joining(","));
    verb(
        "import",
        "csv",
        source.resolve("cases.csv").toString(),
        "--modality=MG",
        "--columns=" + columns,
        "--out=" + target);
  }

  private static List<String> labels(Recipe recipe, String task) {
    List<String> given = recipe.labels().get(task);
    if (given != null) {
      return given;
    }
    return switch (task) {
      case Task.DENSITY -> List.of("1", "2", "3", "4");
      case Task.PATHOLOGY -> List.of("benign", "malignant");
      default -> List.of("0", "1");
    };
  }

  /** White where the marks are. */
  private static GreyImage lesion() {
    float[] pixels = new float[120 * 100];
    for (int row = 20; row < 60; row++) {
      Arrays.fill(pixels, row * 100 + 20, row * 100 + 60, 1);
    }
    return new GreyImage(120, 100, pixels);
  }

  private static GreyImage film(SplittableRandom random) {
    int height = 120;
    int width = 100;
    float[] pixels = new float[height * width];
    double reach = 50 + random.nextDouble() * 30;
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        boolean breast = Math.hypot((row - height / 2.0) / (height / 2.2), column / reach) < 1;
        pixels[row * width + column] =
            (float) (breast ? 0.4 + 0.4 * random.nextDouble() : 0.02 * random.nextDouble());
      }
    }
    return new GreyImage(height, width, pixels);
  }

  private static String firstImage(Path data) throws IOException {
    try (var files = Files.list(data.resolve("images"))) {
      return files.map(path -> path.getFileName().toString()).sorted().findFirst().orElseThrow();
    }
  }

  private static JsonNode verb(String... arguments) throws IOException {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--json");
    return verbPlain(all);
  }

  private static JsonNode verbPlain(List<String> arguments) throws IOException {
    List<String> all = new ArrayList<>(arguments);
    all.add("--quiet");
    PrintStream before = System.out;
    ByteArrayOutputStream caught = new ByteArrayOutputStream();
    try (PrintStream out = new PrintStream(caught, true, StandardCharsets.UTF_8)) {
      System.setOut(out);
      assertThat(Main.execute(all.toArray(String[]::new))).as(String.join(" ", all)).isZero();
    } finally {
      System.setOut(before);
    }
    return Json.parse(caught.toString(StandardCharsets.UTF_8), arguments.getFirst());
  }

  private static JsonNode post(URI address, Path image, String query) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(address.resolve("api/v1/predictions" + query))
                  .header("Content-Type", "image/png")
                  .POST(HttpRequest.BodyPublishers.ofFile(image))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      return Json.parse(answer.body(), "answer");
    }
  }
}
