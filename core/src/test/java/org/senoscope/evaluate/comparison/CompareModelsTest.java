package org.senoscope.evaluate.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.senoscope.dataset.Dataset;
import org.senoscope.evaluate.EvaluateModel;
import org.senoscope.evaluate.Evaluation;
import org.senoscope.evaluate.PredictionsFile;
import org.senoscope.evaluate.ScoredCase;
import org.senoscope.evaluate.SmallCohort;
import org.senoscope.files.Json;
import org.senoscope.model.TinyBundle;
import org.senoscope.report.ComparisonReport;
import org.senoscope.report.EvaluationReport;
import org.senoscope.report.story.Background;
import org.senoscope.study.Task;
import org.senoscope.work.InputException;
import org.senoscope.work.Progress;

class CompareModelsTest {
  @TempDir Path folder;
  private Dataset dataset;

  @BeforeEach
  void write() throws IOException {
    dataset = SmallCohort.write(folder.resolve("small"));
    SmallCohort.split(dataset);
  }

  private Path file(String name, long seed, UnaryOperator<List<ScoredCase>> change)
      throws IOException {
    Path file = folder.resolve(name);
    PredictionsFile.write(
        file, SmallCohort.TASK.labels(), change.apply(SmallCohort.outOfFold(seed)));
    return file;
  }

  private Comparison compare(Path first, Path second, boolean common) throws IOException {
    return new CompareModels(image -> 0).run(first, second, dataset, common, Progress.NONE);
  }

  @Test
  void differenceIsTheOneValueLessTheOtherAndTurnsWithTheOrder() throws IOException {
    Path one = file("one.csv", 1, cases -> cases);
    Path two = file("two.csv", 3, List::reversed);
    JsonNode forth = compare(one, two, false).toJson();
    JsonNode back = compare(two, one, false).toJson();
    assertThat(forth.path("schema").asText()).isEqualTo("senoscope/comparison/1");
    for (String metric : List.of("auc", "macroF1", "brier")) {
      JsonNode there = forth.path("metrics").path(metric);
      double value = there.path("value").asDouble();
      assertThat(value)
          .as(metric)
          .isNotZero()
          .isCloseTo(
              there.path("first").asDouble() - there.path("second").asDouble(), within(1e-12))
          .isCloseTo(-back.path("metrics").path(metric).path("value").asDouble(), within(1e-12));
    }
    assertThat(forth.path("mcnemar").path("onlyFirstRight").asInt())
        .isEqualTo(back.path("mcnemar").path("onlySecondRight").asInt());
    Evaluation alone = org.senoscope.evaluate.EvaluatePredictions.run(one, Optional.of(dataset));
    assertThat(forth.path("metrics").path("auc").path("first").asDouble())
        .isCloseTo(alone.first().assessment().metric("auc").value(), within(1e-12));
  }

  @Test
  void modelDiffersInNothingFromItself() throws IOException {
    Path one = file("one.csv", 1, cases -> cases);
    Comparison comparison = compare(one, one, false);
    assertThat(comparison.main().paired().metric("auc").estimate().value()).isZero();
    assertThat(comparison.main().paired().metric("auc").p()).isEqualTo(1);
    assertThat(comparison.main().paired().mcNemar().midP()).isEqualTo(1);
  }

  @Test
  void labelsInAnotherOrderAreTheSameLabels() throws IOException {
    Path one = file("one.csv", 1, cases -> cases);
    List<String> turned = SmallCohort.TASK.labels().reversed();
    Path two = folder.resolve("two.csv");
    PredictionsFile.write(
        two,
        turned,
        SmallCohort.outOfFold(1).stream()
            .map(
                scored ->
                    new ScoredCase(
                        scored.image(),
                        scored.group(),
                        2 - scored.truth(),
                        scored.probabilities().reversed(),
                        scored.part(),
                        false))
            .toList());
    assertThat(compare(one, two, false).main().paired().metric("brier").estimate().value())
        .isZero();
  }

  @Test
  void otherImagesAreAnErrorThatCountsTheCommonOnes() throws IOException {
    Path one = file("one.csv", 1, cases -> cases);
    Path two = file("two.csv", 2, cases -> cases.subList(0, 45));
    assertThatThrownBy(() -> compare(one, two, false))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("scored 60 images")
        .hasMessageContaining("45 are common")
        .hasMessageContaining("--common");
    Comparison common = compare(one, two, true);
    assertThat(common.main().paired().n()).isEqualTo(45);
    assertThat(common.main().left()).isEqualTo(15);
    assertThat(common.notes()).anyMatch(note -> note.startsWith("15 images"));
    Path three = file("three.csv", 2, cases -> cases.subList(45, 60));
    assertThatThrownBy(() -> compare(two, three, true)).hasMessageContaining("0 are common");
  }

  @Test
  void otherLabelsAreAnError() throws IOException {
    Path one = file("one.csv", 1, cases -> cases);
    Path two = folder.resolve("two.csv");
    PredictionsFile.write(
        two,
        List.of("normal", "benign"),
        SmallCohort.outOfFold(2).stream()
            .filter(scored -> scored.truth() < 2)
            .map(
                scored ->
                    ScoredCase.of(
                        scored.image(), "", scored.truth(), new double[] {.5, .5}, "fold1"))
            .toList());
    assertThatThrownBy(() -> compare(one, two, true))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("the same labels");
  }

  @Test
  void otherSplitIsSaid() throws IOException {
    Path one = file("one.csv", 1, cases -> cases);
    Path two =
        file(
            "two.csv",
            2,
            cases ->
                cases.stream()
                    .map(
                        scored ->
                            ScoredCase.of(
                                scored.image(),
                                scored.group(),
                                scored.truth(),
                                scored.probabilityArray(),
                                scored.part().equals("fold1") ? "fold2" : scored.part()))
                    .toList());
    assertThat(compare(one, one, false).toJson().path("sameSplit").asBoolean()).isTrue();
    Comparison other = compare(one, two, false);
    assertThat(other.toJson().path("imagesInOtherParts").asInt()).isEqualTo(12);
    assertThat(other.notes()).anyMatch(note -> note.contains("12 of 60 images"));
  }

  @Test
  void foldsThatHoldTheSameImagesAreTheSameWhateverTheirNames() throws IOException {
    Path one = file("one.csv", 1, cases -> cases);
    Path two =
        file(
            "two.csv",
            2,
            cases ->
                cases.stream()
                    .map(
                        scored ->
                            ScoredCase.of(
                                scored.image(),
                                scored.group(),
                                scored.truth(),
                                scored.probabilityArray(),
                                "fold" + (7 - Integer.parseInt(scored.part().substring(4)))))
                    .toList());
    JsonNode json = compare(one, two, false).toJson();
    assertThat(json.path("sameSplit").asBoolean()).isTrue();
    assertThat(json.path("imagesInOtherParts").asInt(-1)).isZero();
  }

  @Test
  void filesThatNameNoPartsTellNothingOfASplit() throws IOException {
    UnaryOperator<List<ScoredCase>> unnamed =
        cases ->
            cases.stream()
                .map(
                    scored ->
                        ScoredCase.of(
                            scored.image(),
                            scored.group(),
                            scored.truth(),
                            scored.probabilityArray(),
                            "all"))
                .toList();
    Path one = file("one.csv", 1, unnamed);
    Path two = file("two.csv", 2, unnamed);
    Path folds = file("folds.csv", 3, cases -> cases);
    for (Path other : List.of(two, folds)) {
      JsonNode json = compare(one, other, false).toJson();
      assertThat(json.path("sameSplit").isNull()).isTrue();
      assertThat(json.path("sameSplitWhy").asText()).startsWith("Nothing tells whether");
      assertThat(json.path("imagesInOtherParts").asInt(-1)).isZero();
    }
    assertThat(compare(folds, one, false).toJson().path("sameSplit").isNull()).isTrue();
    Files.delete(dataset.splitFile());
    assertThat(compare(one, two, false).toJson().path("sameSplit").asBoolean()).isTrue();
  }

  @Test
  void holdOutsThatShareTheScoredPartAreOfOneSplitOnlyIfTheOthersAgreeToo() throws IOException {
    Path bundle = folder.resolve("tiny");
    TinyBundle.write(bundle, true, SmallCohort.elsewhere());
    Path before = report(bundle, "before");
    Path again = report(bundle, "again");
    Path file = before.resolve("predictions.csv");
    assertThat(compare(before, again, false).toJson().path("sameSplit").asBoolean()).isTrue();
    JsonNode unknown = compare(before, file, false).toJson();
    assertThat(unknown.path("sameSplit").isNull()).isTrue();
    assertThat(unknown.path("sameSplitWhy").asText()).startsWith("Nothing tells whether");

    // Training and validation change places; the test part stays.
    Map<String, String> turned = new LinkedHashMap<>();
    for (int i = 0; i < 60; i++) {
      turned.put(SmallCohort.image(i), i < 20 ? "validation" : i < 40 ? "train" : "test");
    }
    SmallCohort.split(dataset, turned);
    Path after = report(bundle, "after");
    JsonNode other = compare(before, after, false).toJson();
    assertThat(other.path("sameSplit").asBoolean(true)).isFalse();
    assertThat(other.path("imagesInOtherParts").asInt(-1)).isZero();
    assertThat(other.path("notes").toString()).contains("learned from others");
    assertThat(compare(before, again, false).toJson().path("sameSplit").asBoolean()).isTrue();
  }

  private Path report(Path bundle, String name) throws IOException {
    Path report = folder.resolve(name);
    EvaluationReport.write(
        report,
        new EvaluateModel(image -> -1).run(bundle, dataset, Optional.empty(), Progress.NONE),
        Background.NONE);
    return report;
  }

  private static final Task SIDE = new Task("side", List.of("L", "R"));
  private static final Task JOINED =
      new Task(
          "pathology+side",
          List.of("normal L", "normal R", "benign L", "benign R", "malignant L", "malignant R"));

  /** A run without folds, with predictions of the validation part for each task. */
  private Path run(String name, long seed, Task... tasks) throws IOException {
    Path run = folder.resolve(name);
    ObjectNode json = Json.object("run").put("name", name).put("splitSha256", "of another time");
    json.set("tasks", Json.tree(tasks));
    Json.write(run.resolve("run.json"), json);
    for (Task task : tasks) {
      SplittableRandom random = new SplittableRandom(seed);
      List<ScoredCase> cases = new ArrayList<>();
      for (int i = 20; i < 40; i++) {
        String pathology = SmallCohort.TASK.labels().get(i / 2 % 3);
        String side = SIDE.labels().get(i % 2);
        int truth =
            task.indexOf(
                task.equals(SIDE)
                    ? side
                    : task.equals(JOINED) ? pathology + " " + side : pathology);
        double[] p = new double[task.labels().size()];
        double share = random.nextDouble() / 2;
        java.util.Arrays.fill(p, (1 - share) / p.length);
        p[truth] += share;
        cases.add(ScoredCase.of(SmallCohort.image(i), "", truth, p, "validation"));
      }
      PredictionsFile.write(PredictionsFile.in(run, List.of(tasks), task), task.labels(), cases);
    }
    return run;
  }

  @Test
  void tasksThatBothAnswerAreComparedEachAndJoinedOnesToo() throws IOException {
    List<String> lines = new ArrayList<>();
    for (String line : Files.readAllLines(dataset.manifestFile())) {
      String side = lines.size() % 2 == 1 ? "L" : "R";
      lines.add(
          line.replace("label.pathology", "label.pathology,label.side")
              .replaceAll(",(normal|benign|malignant),", ",$1," + side + ","));
    }
    Files.write(dataset.manifestFile(), lines);
    SmallCohort.split(dataset);
    Path one = run("one", 1, SmallCohort.TASK, SIDE);
    Path two = run("two", 2, SIDE, SmallCohort.TASK);
    Comparison both = compare(one, two, false);
    assertThat(both.tasks()).extracting(PairedTask::task).containsExactly(SmallCohort.TASK, SIDE);
    JsonNode json = both.toJson();
    assertThat(json.path("task").asText()).isEqualTo("pathology");
    assertThat(json.path("tasks").path("side").path("metrics").path("auc").isObject()).isTrue();
    assertThat(json.path("sameSplit").asBoolean()).isTrue();
    assertThat(ComparisonReport.text(both)).contains("task pathology", "task side");
    Path report = folder.resolve("both");
    ComparisonReport.write(report, both, List.of());
    assertThat(Files.readString(report.resolve("report.html")))
        .contains("id=\"differences\"", "id=\"differences-2\"");

    Path joined = run("joined", 3, JOINED);
    assertThat(compare(joined, run("other", 4, JOINED), false).main().task()).isEqualTo(JOINED);
    assertThatThrownBy(() -> compare(one, joined, false))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("answers pathology [normal, benign, malignant] and side [L, R]")
        .hasMessageContaining("the same labels of one task");
    Comparison half = compare(one, run("half", 5, SmallCohort.TASK), false);
    assertThat(half.notes())
        .anyMatch(note -> note.startsWith("Not compared") && note.contains("side"));
  }

  @Test
  void tasksOfTheSameLabelsAreToldByTheirNames() throws IOException {
    // Task "another" has pathology's labels, of other images, and comes first by its name.
    Map<String, String> turned =
        Map.of("normal", "benign", "benign", "malignant", "malignant", "normal");
    Pattern labelled = Pattern.compile(",(normal|benign|malignant),");
    List<String> lines = new ArrayList<>();
    for (String line : Files.readAllLines(dataset.manifestFile())) {
      lines.add(
          labelled
              .matcher(line.replace("label.pathology", "label.another,label.pathology"))
              .replaceAll(
                  found -> ",%s,%s,".formatted(turned.get(found.group(1)), found.group(1))));
    }
    Files.write(dataset.manifestFile(), lines);
    SmallCohort.split(dataset);
    assertThat(dataset.rows().getFirst().label("another")).contains("benign");
    Comparison runs =
        compare(run("one", 1, SmallCohort.TASK), run("two", 2, SmallCohort.TASK), false);
    assertThat(runs.main().task()).isEqualTo(SmallCohort.TASK);

    Path bundle = folder.resolve("tiny");
    TinyBundle.write(bundle, true, SmallCohort.elsewhere());
    Path report = report(bundle, "report");
    Comparison reports = compare(report, report, false);
    assertThat(reports.main().task().name()).isEqualTo("pathology");
  }

  @Test
  void reportOfAnEvaluationKeepsItsProtocolAndABundleIsEvaluatedFirst() throws IOException {
    Path bundle = folder.resolve("tiny");
    TinyBundle.write(bundle, true, SmallCohort.elsewhere());
    assertThatThrownBy(() -> compare(bundle, bundle, false))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("senoscope evaluate");
    Evaluation evaluation =
        new EvaluateModel(image -> -1).run(bundle, dataset, Optional.empty(), Progress.NONE);
    Path report = folder.resolve("report");
    EvaluationReport.write(report, evaluation, Background.NONE);
    Comparison comparison = compare(report, report, false);
    assertThat(comparison.first().result()).isEqualTo(evaluation.result());
    assertThat(comparison.first().title()).isEqualTo("tiny 1");
    assertThat(comparison.result()).startsWith("paired comparison of two test results");
    assertThat(comparison.isTestResult()).isTrue();
    Path made = file("made.csv", 1, cases -> cases);
    Comparison half = compare(report, made, true);
    assertThat(half.isTestResult()).isFalse();
    assertThat(half.result()).startsWith("not a test result: of the second, nothing tells");
  }

  @Test
  void demonstrationOfLeakageMarksTheComparisonEverywhere() throws IOException {
    Path one = file("one.csv", 1, cases -> cases);
    Contender honest = compare(one, one, false).first();
    Contender leaky =
        new Contender(
            honest.given(),
            honest.model(),
            honest.scores(),
            honest.split(),
            honest.result(),
            true,
            true,
            honest.sentence());
    Comparison comparison = Comparison.of(honest, leaky, "small", false, true);
    assertThat(comparison.isTestResult()).isFalse();
    assertThat(comparison.result())
        .isEqualTo("demonstration of leakage, never a result: the second demonstrates it");
    assertThat(comparison.toJson().path("demonstratesLeakage").asBoolean()).isTrue();
    Path report = folder.resolve("comparison");
    ComparisonReport.write(report, comparison, List.of("senoscope", "compare"));
    String html = Files.readString(report.resolve("report.html"));
    assertThat(html)
        .contains("class=\"result refused\">Demonstration of leakage")
        .doesNotContain("http://", "https://", "<script", "secret");
    assertThat(ComparisonReport.text(comparison)).contains("Result: demonstration of leakage");
  }
}
