package org.senoscope.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.senoscope.dataset.Dataset;
import org.senoscope.dataset.audit.AuditDataset;
import org.senoscope.dataset.audit.DatasetFolder;
import org.senoscope.files.Json;
import org.senoscope.image.GreyImage;
import org.senoscope.study.Modality;
import org.senoscope.work.InputException;
import org.senoscope.work.Progress;

class SplitDatasetTest {
  @TempDir private Path root;

  /** Noise of a seed: no two alike. */
  private static GreyImage noise(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] pixels = new float[32 * 32];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) random.nextDouble();
    }
    return new GreyImage(32, 32, pixels);
  }

  /** 24 images of 12 patients; labels alternate by patient. */
  private DatasetFolder patients() throws IOException {
    DatasetFolder folder = new DatasetFolder(root);
    for (int i = 0; i < 24; i++) {
      folder.add(
          "%02d.png".formatted(i),
          noise(i),
          "patient" + i / 2,
          Map.of("cancer", i / 2 % 2 == 0 ? "0" : "1", "density", "2"));
    }
    return folder;
  }

  @Test
  void aSplitIsWrittenAndReadAgain() throws IOException {
    Dataset dataset = patients().open();
    SplitSummary summary =
        SplitDataset.run(dataset, Parts.folds(3), Optional.empty(), 5, Progress.NONE);
    Split split = Split.read(dataset);
    assertThat(split).isEqualTo(summary.split());
    assertThat(split.task()).isEqualTo("cancer");
    assertThat(split.parts()).containsExactly("fold1", "fold2", "fold3");
    assertThat(split.assignments()).hasSize(24);
    for (int i = 0; i < 24; i += 2) {
      assertThat(split.partOf("images/%02d.png".formatted(i)))
          .isPresent()
          .isEqualTo(split.partOf("images/%02d.png".formatted(i + 1)));
    }
    assertThat(summary.parts().values())
        .allSatisfy(
            counts -> {
              assertThat(counts.groups()).isEqualTo(4);
              assertThat(counts.labels()).containsExactly(Map.entry("0", 4), Map.entry("1", 4));
            });
  }

  @Test
  void joinedTasksCanBeStratifiedBy() throws IOException {
    Dataset dataset = patients().open();
    SplitSummary summary =
        SplitDataset.run(dataset, Parts.folds(2), Optional.of("density+cancer"), 5, Progress.NONE);
    assertThat(summary.parts().values())
        .allSatisfy(
            counts ->
                assertThat(counts.labels())
                    .containsExactly(Map.entry("2 0", 6), Map.entry("2 1", 6)));
    assertThatThrownBy(
            () ->
                SplitDataset.run(
                    dataset, Parts.folds(2), Optional.of("density+nothing"), 5, Progress.NONE))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("density+nothing");
  }

  @Test
  void aDemonstrationCutsGroupsAndSaysSoWhereverItIsRead() throws IOException {
    Dataset dataset = patients().open();
    SplitSummary summary =
        SplitDataset.demonstrateLeakage(dataset, Parts.holdout("50/50/0"), Optional.empty(), 3);
    Split split = Split.read(dataset);
    assertThat(split).isEqualTo(summary.split());
    assertThat(split.demonstratesLeakage()).isTrue();
    long cut =
        java.util.stream.IntStream.range(0, 12)
            .filter(
                patient ->
                    !split
                        .partOf("images/%02d.png".formatted(2 * patient))
                        .equals(split.partOf("images/%02d.png".formatted(2 * patient + 1))))
            .count();
    assertThat(cut).isPositive();
    assertThat(summary.toText()).contains("demonstration of leakage").doesNotContain("no group is");
    assertThat(summary.toJson().path("demonstratesLeakage").asBoolean()).isTrue();
    assertThat(summary.toJson().path("groupsCut").isNull()).isTrue();
  }

  @Test
  void theJsonIsThatOfTheContract() throws IOException {
    Dataset dataset = patients().open();
    JsonNode json =
        SplitDataset.run(dataset, Parts.holdout("50/25/25"), Optional.empty(), 9, Progress.NONE)
            .toJson();
    assertThat(json.path("schema").asText()).isEqualTo("senoscope/split/1");
    assertThat(json.path("seed").asLong()).isEqualTo(9);
    assertThat(json.path("rule").asText()).isEqualTo("holdout 50/25/25 by cancer");
    assertThat(json.path("groupsCut").asInt(-1)).isZero();
    assertThat(json.path("parts").path("train").path("images").asInt()).isEqualTo(12);
    assertThat(json.path("parts").path("test").path("groups").asInt()).isEqualTo(3);
    assertThat(json.path("parts").path("validation").path("labels").path("1").isInt()).isTrue();
    assertThat(json.path("leftOut").isArray()).isTrue();
    JsonNode file = Json.read(dataset.splitFile(), "split");
    assertThat(file.path("assignments").path("images/00.png").asText())
        .isIn("train", "validation", "test");
    assertThat(file.path("manifestSha256").asText()).hasSize(64);
    assertThat(file.path("groupsSha256").asText()).hasSize(64);
  }

  @Test
  void whatMustNotTakePartIsLeftOutWithItsReason() throws IOException {
    DatasetFolder folder = patients();
    folder.add("copy0.png", noise(100), "", Map.of("cancer", "0"));
    folder.add("copy1.png", noise(100), "", Map.of("cancer", "1"));
    folder.add("agrees0.png", noise(101), "", Map.of("cancer", "1"));
    folder.add("agrees1.png", noise(101), "", Map.of("cancer", "1"));
    folder.add("excluded.png", noise(102), "", Map.of("cancer", "1"), "no breast", "", Modality.MG);
    folder.add("unlabelled.png", noise(103), "", Map.of("density", "1"));
    folder.add("lost.png", noise(104), "", Map.of("cancer", "1"));
    Dataset dataset = folder.open();
    Files.delete(root.resolve("images/lost.png"));
    SplitSummary summary =
        SplitDataset.run(dataset, Parts.folds(2), Optional.of("cancer"), 1, Progress.NONE);
    assertThat(summary.split().leftOut())
        .containsExactly(
            new Split.LeftOut("images/copy0.png", "copies of it carry contradicting labels: 0, 1"),
            new Split.LeftOut("images/copy1.png", "copies of it carry contradicting labels: 0, 1"),
            new Split.LeftOut("images/excluded.png", "excluded: no breast"),
            new Split.LeftOut("images/unlabelled.png", "no label for task cancer"),
            new Split.LeftOut("images/lost.png", "unreadable: the file is missing"));
    assertThat(summary.split().assignments()).hasSize(26);
    assertThat(summary.split().partOf("images/agrees0.png"))
        .isEqualTo(summary.split().partOf("images/agrees1.png"));
  }

  @Test
  void aPatientWithTwoLabelsStaysInAndTogether() throws IOException {
    DatasetFolder folder = patients();
    folder.add("left.png", noise(50), "both", Map.of("cancer", "0"));
    folder.add("right.png", noise(51), "both", Map.of("cancer", "1"));
    Split split =
        SplitDataset.run(folder.open(), Parts.folds(3), Optional.empty(), 1, Progress.NONE).split();
    assertThat(split.leftOut()).isEmpty();
    assertThat(split.partOf("images/left.png"))
        .isPresent()
        .isEqualTo(split.partOf("images/right.png"));
  }

  @Test
  void anUnknownTaskNamesTheNearest() throws IOException {
    Dataset dataset = patients().open();
    assertThatThrownBy(
            () ->
                SplitDataset.run(dataset, Parts.folds(2), Optional.of("dencity"), 1, Progress.NONE))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll("dencity", "density");
  }

  @Test
  void aTaskOfOneGroupIsRefused() throws IOException {
    DatasetFolder folder = patients();
    folder.add("rare.png", noise(60), "", Map.of("cancer", "2"));
    Dataset dataset = folder.open();
    assertThatThrownBy(
            () -> SplitDataset.run(dataset, Parts.folds(2), Optional.empty(), 1, Progress.NONE))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("2 has 1");
    assertThat(dataset.splitFile()).doesNotExist();
  }

  @Test
  void groupsThatAPersonMendedAreKept() throws IOException {
    Dataset dataset = patients().open();
    SplitDataset.run(dataset, Parts.folds(2), Optional.empty(), 1, Progress.NONE);
    List<String> lines = new ArrayList<>(Files.readAllLines(dataset.groupsFile()));
    lines.replaceAll(line -> line.replace(",g1,", ",g2,"));
    Files.write(dataset.groupsFile(), lines);
    assertThatThrownBy(() -> Split.read(dataset))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll("groups.csv", "senoscope split");
    Split split =
        SplitDataset.run(dataset, Parts.folds(2), Optional.empty(), 1, Progress.NONE).split();
    assertThat(split.partOf("images/00.png")).isEqualTo(split.partOf("images/02.png"));
    assertThat(Split.read(dataset)).isEqualTo(split);
  }

  @Test
  void groupsThatPartAPatientOrEqualFilesAreRefused() throws IOException {
    DatasetFolder folder = patients();
    folder.add("one.png", noise(200), "", Map.of("cancer", "0"));
    folder.add("same.png", noise(200), "", Map.of("cancer", "0"));
    Dataset dataset = folder.open();
    SplitDataset.run(dataset, Parts.folds(2), Optional.empty(), 1, Progress.NONE);
    String groups = Files.readString(dataset.groupsFile());
    for (String image : List.of("images/00.png", "images/same.png")) {
      Files.writeString(
          dataset.groupsFile(), groups.replaceAll("(?m)^" + image + ",g\\d+,", image + ",alone,"));
      assertThatThrownBy(
              () -> SplitDataset.run(dataset, Parts.folds(2), Optional.empty(), 1, Progress.NONE))
          .isInstanceOf(InputException.class)
          .hasMessageContainingAll("parts 1", "senoscope audit");
    }
  }

  @Test
  void groupsThatNoAuditMadeAreRefused() throws IOException {
    Dataset dataset = patients().open();
    SplitDataset.run(dataset, Parts.folds(2), Optional.empty(), 1, Progress.NONE);
    Files.delete(AuditDataset.file(dataset));
    assertThatThrownBy(
            () -> SplitDataset.run(dataset, Parts.folds(2), Optional.empty(), 1, Progress.NONE))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll("nobody looked for copies", "senoscope audit");
  }

  @Test
  void aSplitOfAnotherManifestIsRefused() throws IOException {
    Dataset dataset = patients().open();
    SplitDataset.run(dataset, Parts.folds(2), Optional.empty(), 1, Progress.NONE);
    Files.writeString(
        dataset.manifestFile(), "images/new.png,,MG,,,,,1,1,0,2,,,,,\n", StandardOpenOption.APPEND);
    assertThatThrownBy(() -> Split.read(dataset))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll("manifest.csv", "senoscope split");
    assertThatThrownBy(
            () -> SplitDataset.run(dataset, Parts.folds(2), Optional.empty(), 1, Progress.NONE))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("senoscope audit");
  }

  @Test
  void aSplitThatCutsAGroupIsRefused() throws IOException {
    Dataset dataset = patients().open();
    SplitDataset.run(dataset, Parts.folds(2), Optional.empty(), 1, Progress.NONE);
    String text = Files.readString(dataset.splitFile());
    String part = Split.read(dataset).partOf("images/00.png").orElseThrow();
    String other = part.equals("fold1") ? "fold2" : "fold1";
    String entry = "\"images/00.png\" : \"%s\"";
    assertThat(text).contains(entry.formatted(part));
    String edited = text.replace(entry.formatted(part), entry.formatted(other));
    Files.writeString(dataset.splitFile(), edited);
    assertThatThrownBy(() -> Split.read(dataset))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll("was edited", "senoscope split");
    // One that somebody wrote, as for a published split, tells no hash of its own.
    Files.writeString(
        dataset.splitFile(), edited.replaceFirst("\"assignmentsSha256\" : \"\\w+\",", ""));
    assertThatThrownBy(() -> Split.read(dataset))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll("cuts 1 group", "senoscope split");
  }

  @Test
  void aMissingSplitSaysHowToMakeIt() throws IOException {
    Dataset dataset = patients().open();
    assertThatThrownBy(() -> Split.read(dataset))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll("split.json", "senoscope split");
  }
}
