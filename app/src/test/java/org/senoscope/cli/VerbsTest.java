package org.senoscope.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.senoscope.evaluate.PredictionsFile;
import org.senoscope.files.Json;
import org.senoscope.foreign.ForeignFiles;
import org.senoscope.image.GreyImage;
import org.senoscope.image.ImageFiles;

/**
 * Every verb in turn on one small made set, each as a process of its own: {@code --json} prints one
 * JSON value of the promised shape on standard output and nothing else, and no verb ever shows what
 * the column of patients holds.
 *
 * <p>The set: 42 images of noise, two of each of 20 women, and one image twice under contradicting
 * labels; a row whose file is missing, and a file that is no image.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class VerbsTest {
  private static final int WOMEN = 20;
  private static final int IMAGES = 2 * WOMEN + 2;
  private static final int SIDE = 40;

  /** Begins what the column of patients holds. */
  private static final String SECRET = "Jane^Doe";

  private static final String RECIPE =
      """
      name: noise
      task: pathology
      preprocessing:
        - {step: resize, height: 16, width: 16, fit: stretch}
      input: {channels: 1, mean: [0.5], std: [0.3]}
      network: {family: cnn, blocks: [4], dropout: 0.1}
      training: {epochs: 1, batch: 8, rate: 1e-3, headRate: 1e-3, precision: fp32, seed: 7}
      """;

  private Path folder;
  private Path source;
  private Path dataset;
  private Path run;
  private Run imported;
  private Run audited;
  private Run splitUp;
  private Run trained;

  @BeforeAll
  void bringASetToAModel(@TempDir Path given) throws Exception {
    folder = given;
    source = Files.createDirectory(folder.resolve("source"));
    List<String> rows = new ArrayList<>(List.of("image,patient,pathology"));
    for (int i = 0; i < IMAGES; i++) {
      boolean copy = i >= 2 * WOMEN;
      String label = i % 2 == 0 ? "benign" : "malignant";
      int woman = copy ? i % 2 : i % WOMEN;
      writeNoise(source.resolve(i + ".png"), copy ? 2 * WOMEN : i);
      rows.add("%d.png,%s%d,%s".formatted(i, SECRET, woman, label));
    }
    Files.writeString(source.resolve("text.png"), "no image");
    rows.add("text.png," + SECRET + "50,benign");
    rows.add("absent.png," + SECRET + "51,benign");
    Files.write(source.resolve("cases.csv"), rows);
    Files.writeString(folder.resolve("noise.yaml"), RECIPE);
    dataset = folder.resolve("set");
    run = folder.resolve("run");

    imported =
        verb(
            "import",
            "csv",
            source.toString(),
            "--columns=image=image,patient=patient,label.pathology=pathology",
            "--modality=us",
            "--out=" + dataset);
    audited = verb("audit", dataset.toString());
    splitUp = verb("split", dataset.toString(), "--holdout=50/25/25", "--seed=3");
    trained =
        verb("train", folder.resolve("noise.yaml").toString(), "--data=" + dataset, "--out=" + run);
  }

  private static void writeNoise(Path file, int seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    float[] pixels = new float[SIDE * SIDE];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) random.nextDouble();
    }
    ImageFiles.writePng(new GreyImage(SIDE, SIDE, pixels), file);
  }

  /** Runs a verb with {@code --json}, progress and all. */
  private Run verb(String... arguments) throws Exception {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--json");
    Run ran = Run.process(Run.apart(all.toArray(String[]::new)).directory(folder.toFile()));
    assertThat(ran.out() + ran.err()).doesNotContain(SECRET);
    return ran;
  }

  private static JsonNode answer(String shape, Run ran) {
    assertThat(ran.code()).as(ran.err()).isZero();
    JsonNode json = ran.json();
    assertThat(Shape.contract(shape).faults(json)).isEmpty();
    return json;
  }

  @Test
  void importCountsWhatItTookAndNamesWhatItRefused() {
    JsonNode json = answer("import", imported);
    assertThat(json.path("dataset").asText()).isEqualTo(dataset.toString());
    assertThat(json.path("images").asInt()).isEqualTo(IMAGES);
    assertThat(json.path("patients").asInt()).isEqualTo(WOMEN);
    assertThat(json.at("/labels/pathology/benign").asInt()).isEqualTo(IMAGES / 2);
    assertThat(json.at("/labels/pathology/malignant").asInt()).isEqualTo(IMAGES / 2);
    assertThat(json.path("rejected").findValuesAsText("file"))
        .containsExactly("text.png", "absent.png");
  }

  @Test
  void auditFindsTheCopyUnderAnotherLabel() {
    JsonNode json = answer("audit", audited);
    assertThat(json.path("images").asInt()).isEqualTo(IMAGES);
    assertThat(json.path("patients").asInt()).isEqualTo(WOMEN);
    // The copy joins its two women.
    assertThat(json.path("groups").asInt()).isEqualTo(WOMEN - 1);
    assertThat(json.path("exactDuplicates").asInt()).isEqualTo(1);
    assertThat(json.at("/labelConflicts/0/labels")).hasSize(2);
    assertThat(json.path("unreadable").asInt()).isZero();
  }

  @Test
  void splitCutsNoGroupAndListsWhatItLeftOut() {
    JsonNode json = answer("split", splitUp);
    assertThat(json.path("seed").asInt()).isEqualTo(3);
    assertThat(json.path("groupsCut").asInt()).isZero();
    assertThat(json.path("parts").properties().stream().map(java.util.Map.Entry::getKey))
        .containsExactly("train", "validation", "test");
    int images = 0;
    int groups = 0;
    for (JsonNode part : json.path("parts")) {
      images += part.path("images").asInt();
      groups += part.path("groups").asInt();
    }
    assertThat(images).isEqualTo(IMAGES - 2);
    assertThat(groups).isEqualTo(WOMEN - 1);
    assertThat(json.path("leftOut")).hasSize(2);
  }

  @Test
  void trainNamesItsBundleAndWhatTheValidationImagesSay() {
    JsonNode json = answer("train", trained);
    assertThat(json.path("run").asText()).isEqualTo(run.toString());
    assertThat(Path.of(json.path("bundle").asText())).isDirectory().hasParent(run);
    assertThat(json.path("epochs").asInt()).isEqualTo(1);
    assertThat(json.path("bestEpoch").asInt()).isEqualTo(1);
    assertThat(json.path("imagesPerSecond").asDouble()).isPositive();
    assertThat(json.path("peakRssBytes").asLong()).isGreaterThan(1 << 20);
    assertThat(json.at("/validation/auc/value").asDouble()).isBetween(0.0, 1.0);
  }

  @Test
  void aRunIsNotOverwritten() throws Exception {
    Run ran =
        verb("train", folder.resolve("noise.yaml").toString(), "--data=" + dataset, "--out=" + run);
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).contains("--resume").doesNotContain("\tat ");
  }

  @Test
  void evaluateTellsItsProtocolAndCountsItsLooks() throws Exception {
    Path report = folder.resolve("report");
    JsonNode first =
        answer(
            "evaluate", verb("evaluate", run.toString(), "--data=" + dataset, "--out=" + report));
    int test = splitUp.json().at("/parts/test/images").asInt();
    assertThat(first.path("n").asInt()).isEqualTo(test);
    assertThat(first.at("/model/name").asText()).isEqualTo("noise");
    assertThat(first.at("/dataset/images").asInt()).isEqualTo(IMAGES);
    assertThat(first.at("/protocol/kind").asText()).isEqualTo("holdout");
    assertThat(first.at("/protocol/leakFree").asBoolean()).isTrue();
    assertThat(first.at("/protocol/part").asText()).isEqualTo("test");
    assertThat(first.at("/protocol/seenInTraining").asInt(-1)).isZero();
    assertThat(first.at("/protocol/seed").asInt()).isEqualTo(3);
    int confused = 0;
    for (JsonNode row : first.path("confusion")) {
      for (JsonNode cell : row) {
        confused += cell.asInt();
      }
    }
    assertThat(confused).isEqualTo(test);
    assertThat(Json.read(report.resolve("evaluation.json"))).isEqualTo(first);
    JsonNode compared =
        answer(
            "compare", verb("compare", report.toString(), report.toString(), "--data=" + dataset));
    assertThat(compared.path("n").asInt()).isEqualTo(test);
    assertThat(compared.at("/metrics/accuracy/value").asDouble(-1)).isZero();
    assertThat(compared.path("sameSplit").asBoolean()).isTrue();

    JsonNode second = answer("evaluate", verb("evaluate", run.toString(), "--data=" + dataset));
    assertThat(second.at("/protocol/testLooks").asInt())
        .isEqualTo(first.at("/protocol/testLooks").asInt() + 1);
    assertThat(second.path("metrics")).isEqualTo(first.path("metrics"));
  }

  @Test
  void explainNeedsLesionMasks() throws Exception {
    Run ran = verb("explain", run.toString(), "--data=" + dataset);
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).contains("has no lesion masks").doesNotContain("\tat ");
    assertThat(run.resolve("explanation.json")).doesNotExist();
  }

  @Test
  void evaluateTakesPredictionsThatWereMadeElsewhere() throws Exception {
    Path file = folder.resolve("elsewhere.csv");
    List<String> lines = new ArrayList<>(List.of("image,group,truth,score_benign,score_malignant"));
    for (int i = 0; i < 30; i++) {
      double malignant = (i % 7 + i % 2 * 3) / 10.0;
      lines.add(
          "%d.png,g%d,%s,%s,%s"
              .formatted(i, i / 2, i % 2 == 0 ? "benign" : "malignant", 1 - malignant, malignant));
    }
    Files.write(file, lines);
    JsonNode json = answer("evaluate", verb("evaluate", "--predictions=" + file));
    assertThat(json.path("n").asInt()).isEqualTo(30);
    assertThat(json.at("/protocol/leakFree").asBoolean(true)).isFalse();
    assertThat(json.at("/protocol/seenInTraining").isNull()).isTrue();
    assertThat(json.at("/metrics/auc/value").asDouble()).isBetween(0.6, 0.99);
  }

  @Test
  void whatCannotBeComputedIsNullWithItsReason() throws Exception {
    Path file = folder.resolve("one-label.csv");
    Files.write(
        file,
        List.of(
            "image,truth,score_benign,score_malignant",
            "a.png,benign,0.9,0.1",
            "b.png,benign,0.8,0.2",
            "c.png,benign,0.3,0.7"));
    JsonNode json = answer("evaluate", verb("evaluate", "--predictions=" + file));
    assertThat(json.at("/metrics/auc/value").isNull()).isTrue();
    assertThat(json.at("/metrics/auc/why").asText()).isNotBlank();
  }

  @Test
  void predictAnswersAllFilesAndRefersTheUnreadable() throws Exception {
    Run ran =
        verb(
            "predict",
            run.resolve("bundle").toString(),
            source.resolve("3.png").toString(),
            source.resolve("text.png").toString(),
            source.resolve("4.png").toString());
    assertThat(ran.code()).as(ran.err()).isEqualTo(1);
    JsonNode json = ran.json();
    assertThat(Shape.contract("predict").faults(json)).isEmpty();
    assertThat(json.findValuesAsText("file"))
        .containsExactly(
            source.resolve("3.png").toString(),
            source.resolve("text.png").toString(),
            source.resolve("4.png").toString());
    JsonNode unreadable = json.path(1);
    assertThat(unreadable.path("label").isNull()).isTrue();
    assertThat(unreadable.path("decision").asText()).isEqualTo("refer");
    assertThat(unreadable.path("reason").asText()).startsWith("unreadable: ");
    for (int i : new int[] {0, 2}) {
      JsonNode scores = json.path(i).path("scores");
      assertThat(scores.path("benign").asDouble() + scores.path("malignant").asDouble())
          .isBetween(0.999, 1.001);
      assertThat(json.path(i).path("calibrated").asBoolean(true)).isFalse();
    }
  }

  @Test
  void predictFormatsTheSameAnswersAsAnArrayOrAsTheTableThatEvaluateReads() throws Exception {
    String bundle = run.resolve("bundle").toString();
    Run ran =
        Run.process(
            Run.apart("predict", bundle, dataset.resolve("images").toString(), "--format=csv"));
    assertThat(ran.code()).as(ran.err()).isZero();
    assertThat(ran.out().lines().findFirst())
        .contains("file,label,score_benign,score_malignant,decision,reason");
    Path file = Files.writeString(folder.resolve("predicted.csv"), ran.out());
    JsonNode json =
        answer("evaluate", verb("evaluate", "--predictions=" + file, "--data=" + dataset));
    // All but the copies under two labels, which the split left out.
    assertThat(json.path("n").asInt()).isEqualTo(IMAGES - 2);
    assertThat(json.at("/protocol/notes").toString()).contains("2 images are in no part");
  }

  @Test
  void exportSaysWhatItWrote() throws Exception {
    for (String format : List.of("onnx", "safetensors")) {
      Path file = folder.resolve("exported." + format);
      JsonNode json =
          answer(
              "export",
              verb(
                  "export",
                  run.resolve("bundle").toString(),
                  "--format=" + format,
                  "--out=" + file));
      assertThat(json.path("format").asText()).isEqualTo(format);
      assertThat(file).hasSize(json.path("bytes").asLong());
      assertThat(json.path("sha256").asText()).isEqualTo(org.senoscope.files.Hashes.sha256(file));
    }
  }

  @Test
  void bundleImportSaysWhatItMade() throws Exception {
    Path made = folder.resolve("brought").resolve("7");
    JsonNode json =
        answer(
            "imported-model",
            verb(
                "bundle",
                "import",
                ForeignFiles.copy("rows.keras", folder).toString(),
                "--labels=a,b,c",
                "--scale=0..1",
                "--out=" + made));
    assertThat(json.path("name").asText()).isEqualTo("brought");
    assertThat(json.path("version").asText()).isEqualTo("7");
    assertThat(json.path("sha256").asText())
        .isEqualTo(org.senoscope.files.Hashes.sha256(made.resolve("model.json")));
  }

  @Test
  void recipesAreListedAndShown() throws Exception {
    JsonNode list = answer("recipes", verb("recipes"));
    assertThat(list.path("recipes").findValuesAsText("name")).contains("breastmnist", "ultrasound");
    JsonNode one = answer("recipe", verb("recipes", "breastmnist"));
    assertThat(one.path("text").asText())
        .isEqualTo(Files.readString(Path.of("..", "recipes", "breastmnist.yaml")));
  }

  @Test
  void serveSaysWhereItIsAndNothingElse() throws Exception {
    Path out = folder.resolve("serve.out");
    Path err = folder.resolve("serve.err");
    Process server =
        Run.apart("serve", "--models=" + run.resolve("bundle"), "--port=0", "--json")
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    try {
      while (server.isAlive() && !Files.readString(out).endsWith("}\n")) {
        Thread.sleep(50);
      }
      JsonNode json = answer("server", new Run(0, Files.readString(out), Files.readString(err)));
      assertThat(json.path("models").path(0).asText()).isEqualTo("bundle");
      assertThat(json.path("address").asText()).startsWith("http://127.0.0.1:");
      var live = java.net.URI.create(json.path("address").asText()).resolve("/health/live").toURL();
      try (var in = live.openStream()) {
        assertThat(in.readAllBytes()).isNotEmpty();
      }
    } finally {
      server.destroy();
      server.waitFor();
    }
    assertThat(Json.parse(Files.readString(out), "standard output").isObject()).isTrue();
    assertThat(Files.readString(err)).isEmpty();
  }

  @Test
  void theRunsOwnFilesNameNoPatientEither() throws IOException {
    assertThat(run.resolve("run.json")).content().doesNotContain(SECRET);
    assertThat(run.resolve(PredictionsFile.NAME)).content().doesNotContain(SECRET);
    assertThat(run.resolve("bundle/model.json")).content().doesNotContain(SECRET);
    assertThat(run.resolve("bundle/README.md")).content().doesNotContain(SECRET);
  }
}
