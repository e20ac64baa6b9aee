package org.senoscope.dataset.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.senoscope.dataset.Dataset;
import org.senoscope.dataset.Groups;
import org.senoscope.files.Json;
import org.senoscope.image.GreyImage;
import org.senoscope.image.ImageLimits;
import org.senoscope.image.ImageRoom;
import org.senoscope.study.Modality;
import org.senoscope.work.InputException;
import org.senoscope.work.Progress;

class AuditDatasetTest {
  private static final String PATIENT = "Patient-4711";
  private static final Map<String, String> BENIGN = Map.of("pathology", "benign");
  private static final Map<String, String> MALIGNANT = Map.of("pathology", "malignant");

  @TempDir private Path root;

  private static GreyImage film(long seed) {
    return Phantoms.mammogram(seed, 160, 160);
  }

  private static GreyImage inverted(GreyImage image) {
    float[] pixels = image.pixels().clone();
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = 1 - pixels[i];
    }
    return new GreyImage(image.height(), image.width(), pixels);
  }

  /** One of each fault, by file name. */
  private Dataset dataset() throws IOException {
    Dataset dataset =
        new DatasetFolder(root)
            .add("1-first.png", film(1), PATIENT, BENIGN)
            .add("2-same.png", film(1), "", BENIGN)
            .add("3-mirrored.png", Phantoms.mirrored(film(1)), "", MALIGNANT)
            .add("4-patient.png", film(2), PATIENT, MALIGNANT)
            .add("5-alone.png", film(3), "other", BENIGN, "", "train", Modality.MG)
            .add("6-elsewhere.png", film(4), "other", BENIGN, "", "test", Modality.MG)
            .add("7-inverted.png", inverted(film(5)), "", BENIGN)
            .add("8-white.png", inverted(film(6)), "", BENIGN, "", "", Modality.US)
            .add("9-words.png", Phantoms.labelled(film(7), "L MLO", 14, 90, 20), "", BENIGN)
            .add("a-broken.png", film(8), "", BENIGN)
            .add("b-lost.png", film(9), "", BENIGN)
            .open();
    byte[] whole = Files.readAllBytes(root.resolve("images/a-broken.png"));
    Files.write(
        root.resolve("images/a-broken.png"), java.util.Arrays.copyOf(whole, whole.length / 3));
    Files.delete(root.resolve("images/b-lost.png"));
    return dataset;
  }

  @Test
  void everyFaultIsFoundAndNothingElse() throws IOException {
    Dataset dataset = dataset();
    AuditReport report = AuditDataset.run(dataset, Progress.NONE);
    AuditReport.Counts counts = report.counts();
    assertThat(counts.images()).isEqualTo(11);
    assertThat(counts.patients()).isEqualTo(2);
    assertThat(counts.groups()).isEqualTo(7);
    assertThat(counts.exactDuplicates()).isOne();
    assertThat(counts.nearDuplicatePairs()).isOne();
    assertThat(counts.patientsWithSeveralLabels()).isOne();
    assertThat(counts.patientsAcrossParts()).isOne();
    assertThat(report.copies())
        .extracting(AuditReport.Copies::a, AuditReport.Copies::b, AuditReport.Copies::kind)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("images/1-first.png", "images/2-same.png", "exact"),
            org.assertj.core.groups.Tuple.tuple(
                "images/1-first.png", "images/3-mirrored.png", "near"));
    assertThat(report.labelConflicts())
        .containsExactly(
            new AuditReport.LabelConflict(
                "pathology",
                "images/1-first.png",
                "images/3-mirrored.png",
                List.of("benign", "malignant")),
            new AuditReport.LabelConflict(
                "pathology",
                "images/2-same.png",
                "images/3-mirrored.png",
                List.of("benign", "malignant")));
    assertThat(report.inverted()).containsExactly("images/7-inverted.png");
    assertThat(report.burntInText()).containsExactly("images/9-words.png");
    assertThat(report.unreadable())
        .extracting(AuditReport.Unreadable::image)
        .containsExactly("images/a-broken.png", "images/b-lost.png");
    assertThat(report.warnings())
        .anyMatch(warning -> warning.startsWith("1 of 2 patients have images of different labels"))
        .anyMatch(warning -> warning.startsWith("1 of 2 patients are in more than one"));
  }

  @Test
  void groupsAreWrittenAndHoldEveryImage() throws IOException {
    Dataset dataset = dataset();
    AuditDataset.run(dataset, Progress.NONE);
    Groups groups = Groups.read(dataset.groupsFile());
    assertThat(groups.entries()).hasSize(11);
    assertThat(groups.groupOf("images/4-patient.png"))
        .isEqualTo(groups.groupOf("images/3-mirrored.png"))
        .isNotEqualTo(groups.groupOf("images/5-alone.png"));
    assertThat(groups.of("images/4-patient.png").duplicates()).isEmpty();
    assertThat(groups.of("images/b-lost.png").unreadable()).isEqualTo("the file is missing");
  }

  @Test
  void theJsonIsThatOfTheContract() throws IOException {
    Dataset dataset = dataset();
    AuditReport report = AuditDataset.run(dataset, Progress.NONE);
    JsonNode json = Json.read(AuditDataset.file(dataset), "audit");
    assertThat(json).isEqualTo(Json.parse(Json.format(report.toJson()), "report"));
    for (String number :
        List.of(
            "images",
            "patients",
            "groups",
            "exactDuplicates",
            "nearDuplicatePairs",
            "inverted",
            "burntInText",
            "unreadable")) {
      assertThat(json.path(number).isInt()).as(number).isTrue();
    }
    assertThat(json.path("labelConflicts").path(0).path("labels").path(1).asText())
        .isEqualTo("malignant");
    assertThat(json.path("warnings").isArray()).isTrue();
  }

  @Test
  void aPatientIsNeverNamed() throws IOException {
    Dataset dataset = dataset();
    AuditReport report = AuditDataset.run(dataset, Progress.NONE);
    Path page = root.resolve("report.html");
    AuditPage.write(report, dataset, page, Progress.NONE);
    assertThat(report.toText()).doesNotContain(PATIENT);
    for (Path file : List.of(page, dataset.groupsFile(), AuditDataset.file(dataset))) {
      assertThat(Files.readString(file)).as("%s", file).doesNotContain(PATIENT);
    }
  }

  @Test
  void thePageShowsWhatWasFoundAndNeedsNothingElse() throws IOException {
    Dataset dataset = dataset();
    Path page = root.resolve("report.html");
    AuditPage.write(AuditDataset.run(dataset, Progress.NONE), dataset, page, Progress.NONE);
    String html = Files.readString(page);
    assertThat(html)
        .contains("3-mirrored.png", "7-inverted.png", "9-words.png", "a-broken.png")
        .contains("data:image/jpeg;base64,")
        .doesNotContain("http://", "https://", "<script");
  }

  @Test
  void aNameOfNoPageIsTheFolderOfOne() throws IOException {
    Dataset dataset = dataset();
    AuditReport report = AuditDataset.run(dataset, Progress.NONE);
    AuditPage.write(report, dataset, root.resolve("new/reports"), Progress.NONE);
    assertThat(root.resolve("new/reports/audit.html")).isNotEmptyFile();
    Path mine = Files.writeString(root.resolve("mine"), "mine");
    for (Path file : List.of(mine, root.resolve("report.pdf"))) {
      assertThatThrownBy(() -> AuditPage.write(report, dataset, file, Progress.NONE))
          .isInstanceOf(InputException.class)
          .hasMessageContaining(".html");
    }
    assertThat(mine).hasContent("mine");
    assertThat(root.resolve("report.pdf")).doesNotExist();
  }

  @Test
  void namesAreEscapedOnThePage() throws IOException {
    Dataset dataset =
        new DatasetFolder(root)
            .add("<b>&\".png", inverted(film(1)), "", BENIGN)
            .add("2.png", film(2), "", BENIGN)
            .open();
    Path page = root.resolve("report.html");
    AuditPage.write(AuditDataset.run(dataset, Progress.NONE), dataset, page, Progress.NONE);
    assertThat(Files.readString(page))
        .contains("&lt;b&gt;&amp;&quot;.png")
        .doesNotContain("<b>&\"");
  }

  @Test
  void twiceIsTheSame() throws IOException {
    Dataset dataset = dataset();
    AuditDataset.run(dataset, Progress.NONE);
    byte[] groups = Files.readAllBytes(dataset.groupsFile());
    byte[] json = Files.readAllBytes(AuditDataset.file(dataset));
    AuditDataset.run(dataset, Progress.NONE);
    assertThat(dataset.groupsFile()).hasBinaryContent(groups);
    assertThat(AuditDataset.file(dataset)).hasBinaryContent(json);
  }

  @Test
  void anotherManifestMakesItStale() throws IOException {
    Dataset dataset = dataset();
    AuditDataset.requireCurrent(dataset);
    AuditDataset.run(dataset, Progress.NONE);
    AuditDataset.requireCurrent(dataset);
    Files.writeString(dataset.manifestFile(), "\n", java.nio.file.StandardOpenOption.APPEND);
    assertThatThrownBy(() -> AuditDataset.requireCurrent(dataset))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("senoscope audit");
  }

  @Test
  void imageThatDoesNotFitIntoMemoryIsListedWithTheLimitAndTheOthersAreAudited()
      throws IOException {
    Dataset dataset =
        new DatasetFolder(root)
            .add("1-small.png", film(1), "", BENIGN)
            .add("2-huge.png", new GreyImage(1200, 1000, new float[1_200_000]), "", BENIGN)
            .add("3-copy.png", film(1), "", BENIGN)
            .open();
    // Three fifths of it, 4.8 MiB, are for pictures: the huge one takes 5.7.
    ImageRoom room = new ImageRoom(ImageLimits.DEFAULT, 4, 8 << 20);
    AuditReport report = AuditDataset.run(dataset, room, Progress.NONE);
    assertThat(report.unreadable())
        .containsExactly(
            new AuditReport.Unreadable(
                "images/2-huge.png",
                "too large: 1200 × 1000 pixels (height × width) take 6 MB to decode, at most 4 of"
                    + " the 8 MB of memory are for that; allow more with SENOSCOPE_JAVA_OPTS=-Xmx1g"));
    assertThat(report.counts().exactDuplicates()).isOne();
    assertThat(Groups.read(dataset.groupsFile()).of("images/2-huge.png").unreadable())
        .startsWith("too large");
  }
}
