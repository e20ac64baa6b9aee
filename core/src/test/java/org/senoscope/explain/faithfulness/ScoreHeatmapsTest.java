package org.senoscope.explain.faithfulness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.senoscope.dataset.Dataset;
import org.senoscope.explain.EvidenceMap;
import org.senoscope.explain.MapSource;
import org.senoscope.files.Hashes;
import org.senoscope.image.GreyImage;
import org.senoscope.image.ImageFiles;
import org.senoscope.image.steps.Resize;
import org.senoscope.model.Bundle;
import org.senoscope.model.Fingerprint;
import org.senoscope.model.LinearBundle;
import org.senoscope.model.Predictor;
import org.senoscope.report.sections.ExplanationSection;
import org.senoscope.work.InputException;
import org.senoscope.work.Progress;

class ScoreHeatmapsTest {
  private static final int IMAGES = 24;
  private static final Fingerprint NOTHING_HERE =
      Fingerprint.of(List.of(new Fingerprint.Image("0".repeat(64), 0x5555555555555555L)));

  @TempDir Path folder;

  /** Dark images with one bright disc each, which the mask outlines, all in the first quadrant. */
  private Dataset discs(int height, int width) throws IOException {
    Path root = folder.resolve("discs");
    Files.createDirectories(root.resolve("images"));
    Files.createDirectories(root.resolve("masks"));
    List<String> lines =
        new ArrayList<>(
            List.of("image,sha256,modality,width,height,label.pathology,mask,roi,excluded"));
    Random random = new Random(5);
    for (int i = 0; i < IMAGES; i++) {
      float[] pixels = new float[height * width];
      float[] mask = new float[height * width];
      double row = height * (.1 + .3 * random.nextDouble());
      double column = width * (.1 + .3 * random.nextDouble());
      for (int pixel = 0; pixel < pixels.length; pixel++) {
        int down = pixel / width;
        int right = pixel % width;
        boolean inside = Math.hypot(down - row, right - column) < Math.min(height, width) / 9.;
        pixels[pixel] = inside ? .9f : .1f * random.nextFloat();
        mask[pixel] = inside ? 1 : 0;
      }
      ImageFiles.writePng(new GreyImage(height, width, pixels), root.resolve(name("images", i)));
      ImageFiles.writePng(new GreyImage(height, width, mask), root.resolve(name("masks", i)));
      lines.add(
          "%s,%s,US,%d,%d,malignant,%s,,"
              .formatted(
                  name("images", i),
                  Hashes.sha256(root.resolve(name("images", i))),
                  width,
                  height,
                  name("masks", i)));
    }
    Files.write(root.resolve("manifest.csv"), lines);
    Files.writeString(
        root.resolve("dataset.json"), "{\"schema\":\"senoscope/dataset/1\",\"name\":\"discs\"}");
    return Dataset.open(root);
  }

  private static String name(String folder, int i) {
    return "%s/%02d.png".formatted(folder, i);
  }

  private static ScoreHeatmaps scoring(int sample) {
    return new ScoreHeatmaps(Optional.empty(), sample, 3, image -> -1L);
  }

  @ParameterizedTest
  @EnumSource(Resize.Fit.class)
  void aNetworkThatSeesBrightnessPointsAtTheBrightDisc(Resize.Fit fit) throws IOException {
    Dataset discs = discs(120, 131);
    Path bundle = folder.resolve("bundle");
    QuadrantBundle.write(bundle, fit, true, NOTHING_HERE);
    ScoreHeatmaps.Scored scored = scoring(4).run(bundle, discs, Progress.NONE);
    JsonNode json = scored.explanation().toJson();
    assertThat(json.path("pointing").path("model").path("value").asDouble()).isEqualTo(1);
    assertThat(json.path("n").asInt()).isEqualTo(IMAGES);
    assertThat(json.path("protocol").path("leakFree").asBoolean()).isTrue();
    assertThat(json.path("pointing").path("centre").path("value").asDouble()).isZero();
    assertThat(json.path("pointing").path("uniformPoint").path("value").asDouble())
        .isCloseTo(Math.PI * Math.pow(120 / 9., 2) / (120 * 131), within(.005));
    assertThat(json.path("overlap").path("averagePrecision").path("model").path("value").asDouble())
        .isGreaterThan(.8);
    // What it says rests on the disc: taking that away first lowers the answer sooner.
    JsonNode deletion = json.path("curves").path("deletion");
    assertThat(deletion.path("difference").path("value").asDouble()).isLessThan(-.05);
    // Blurring keeps brightness, so that insertion tells such a network nothing.
    assertThat(json.path("curves").path("insertion").path("area").path("value").asDouble())
        .isBetween(.5, 1.0);
    assertThat(json.path("curves").path("n").asInt()).isEqualTo(4);
    // All are hits, of which the sheet holds twelve, and draws the same twelve again.
    assertThat(scored.pictures()).hasSize(12);
    assertThat(scoring(4).run(bundle, discs, Progress.NONE).pictures().stream())
        .extracting(picture -> picture.score().image())
        .containsExactlyElementsOf(
            scored.pictures().stream().map(picture -> picture.score().image()).toList());
  }

  @Test
  void setsThatWereJoinedAreToldApart() throws IOException {
    Dataset discs = discs(100, 100);
    Path bundle = folder.resolve("bundle");
    QuadrantBundle.write(bundle, Resize.Fit.PAD, true, NOTHING_HERE);
    JsonNode alone = scoring(1).run(bundle, discs, Progress.NONE).explanation().toJson();
    assertThat(alone.has("bySet")).isFalse();
    List<String> lines = new ArrayList<>();
    for (String line : Files.readAllLines(discs.manifestFile())) {
      int i = lines.size();
      lines.add(line + (i == 0 ? ",source" : ",%s/%d.png".formatted(i <= 7 ? "A" : "B", i)));
    }
    Files.write(discs.manifestFile(), lines);
    Files.writeString(
        discs.root().resolve("dataset.json"),
        "{\"schema\":\"senoscope/dataset/1\",\"name\":\"discs\",\"importer\":\"join\"}");
    JsonNode json =
        scoring(1).run(bundle, Dataset.open(discs.root()), Progress.NONE).explanation().toJson();
    assertThat(json.path("bySet").path("A").path("n").asInt()).isEqualTo(7);
    assertThat(json.path("bySet").path("B").path("n").asInt()).isEqualTo(IMAGES - 7);
    assertThat(json.path("bySet").path("A").path("pointing").path("value").asDouble()).isEqualTo(1);
    assertThat(ExplanationSection.html(json)).contains("of A (7 images)");
  }

  /** A network that takes bright places for lesion outlines the bright disc. */
  @Test
  void outlinesAreScoredApartFromHeatmaps() throws IOException {
    Dataset discs = discs(120, 131);
    Path bundle = folder.resolve("bundle");
    LinearBundle.writeOutlining(bundle, 64);
    Explanation explanation = scoring(1).run(bundle, discs, Progress.NONE).explanation();
    JsonNode outline = explanation.toJson().path("outline");
    assertThat(outline.path("dice").path("value").asDouble()).isBetween(.85, 1.0);
    assertThat(outline.path("iou").path("value").asDouble())
        .isBetween(.75, outline.path("dice").path("value").asDouble());
    assertThat(ExplanationSection.html(explanation.toJson()))
        .contains("Dice coefficient", "no heatmap");
  }

  @Test
  void aNetworkWithoutMapsIsScoredByOcclusionOnASample() throws IOException {
    Dataset discs = discs(100, 100);
    Path bundle = folder.resolve("bundle");
    QuadrantBundle.write(bundle, Resize.Fit.PAD, false, NOTHING_HERE);
    Explanation explanation = scoring(5).run(bundle, discs, Progress.NONE).explanation();
    assertThat(explanation.by()).isEqualTo(MapSource.OCCLUSION);
    assertThat(explanation.images()).hasSize(5);
    assertThat(explanation.sentence()).contains("A sample of 5 of the 24", "by occlusion");
    assertThat(explanation.pointing().value()).isGreaterThanOrEqualTo(.8);
  }

  @Test
  void imagesThatWereTrainedOnAreMarkedAndTheFiguresAreNoResult() throws IOException {
    Dataset discs = discs(80, 90);
    List<Fingerprint.Image> seen = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      seen.add(
          new Fingerprint.Image(
              Hashes.sha256(discs.resolve(name("images", i))), 0x123456789abcdefL * (i + 1)));
    }
    Path bundle = folder.resolve("bundle");
    QuadrantBundle.write(bundle, Resize.Fit.PAD, true, Fingerprint.of(seen));
    Explanation explanation = scoring(1).run(bundle, discs, Progress.NONE).explanation();
    assertThat(explanation.result())
        .isEqualTo("not a test result: 3 of 24 images were seen in training");
    JsonNode json = explanation.toJson();
    assertThat(json.path("protocol").path("leakFree").asBoolean()).isFalse();
    assertThat(json.path("images").get(0).path("seenInTraining").asBoolean()).isTrue();
    assertThat(json.path("images").get(3).path("seenInTraining").asBoolean()).isFalse();
  }

  @Test
  void eachImageOfARunIsExplainedByTheNetworkOfItsFold() throws IOException {
    Dataset discs = discs(80, 90);
    Path run = folder.resolve("run");
    Files.createDirectories(run);
    Files.writeString(run.resolve("run.json"), "{\"schema\":\"senoscope/run/1\"}");
    // The two folds' networks have seen each other's images, and no fold has the last two.
    List<String> lines =
        new ArrayList<>(List.of("image,group,part,truth,score_benign,score_malignant,decision"));
    for (int fold = 1; fold <= 2; fold++) {
      List<Fingerprint.Image> others = new ArrayList<>();
      for (int i = 0; i < IMAGES - 2; i++) {
        if (i % 2 == fold % 2) {
          others.add(
              new Fingerprint.Image(
                  Hashes.sha256(discs.resolve(name("images", i))), 0x123456789abcdefL * (i + 1)));
        } else {
          lines.add(
              "%s,%s,fold%d,malignant,0.4,0.6,malignant"
                  .formatted(name("images", i), name("images", i), fold));
        }
      }
      QuadrantBundle.write(
          Files.createDirectories(run.resolve("fold" + fold)).resolve("bundle"),
          Resize.Fit.PAD,
          true,
          Fingerprint.of(others));
    }
    QuadrantBundle.write(run.resolve("bundle"), Resize.Fit.PAD, true, NOTHING_HERE);
    Files.write(run.resolve("predictions.csv"), lines);
    ScoreHeatmaps.Scored scored = scoring(1).run(run, discs, Progress.NONE);
    assertThat(scored.ofRun()).isTrue();
    Explanation explanation = scored.explanation();
    assertThat(explanation.folds()).isEqualTo(2);
    assertThat(explanation.seen()).isZero();
    assertThat(explanation.inNoFold()).isEqualTo(2);
    assertThat(explanation.result()).startsWith("out of fold");
    for (int i = 0; i < IMAGES - 2; i++) {
      assertThat(explanation.images().get(i).fold()).isEqualTo(i % 2 == 0 ? "fold1" : "fold2");
    }
    // Folds exchanged: every image was seen by the network that explains it.
    Files.write(
        run.resolve("predictions.csv"),
        lines.stream()
            .map(
                line ->
                    line.contains("fold1")
                        ? line.replace("fold1", "fold2")
                        : line.replace("fold2", "fold1"))
            .toList());
    assertThat(scoring(1).run(run, discs, Progress.NONE).explanation().seen())
        .isEqualTo(IMAGES - 2);
    // Another data set, none of whose images the run has predicted: the final network's.
    Files.write(
        run.resolve("predictions.csv"),
        lines.stream().map(line -> line.replace("images/", "others/")).toList());
    ScoreHeatmaps.Scored external = scoring(1).run(run, discs, Progress.NONE);
    assertThat(external.ofRun()).isFalse();
    assertThat(external.explanation().folds()).isZero();
    assertThat(external.explanation().inNoFold()).isZero();
    assertThat(external.explanation().seen()).isZero();
    assertThat(external.explanation().result()).startsWith("external");
    assertThat(external.explanation().sentence()).doesNotContain("fold");
  }

  @Test
  void aDataSetWithoutMasksIsRefused() throws IOException {
    Dataset discs = discs(80, 90);
    Path manifest = discs.manifestFile();
    Files.write(
        manifest,
        Files.readAllLines(manifest).stream()
            .map(line -> line.replaceAll("masks/\\d\\d.png", ""))
            .toList());
    Path bundle = folder.resolve("bundle");
    QuadrantBundle.write(bundle, Resize.Fit.PAD, true, NOTHING_HERE);
    assertThatThrownBy(() -> scoring(1).run(bundle, discs, Progress.NONE))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("discs has no lesion masks");
    assertThatThrownBy(() -> scoring(0)).isInstanceOf(InputException.class);
  }

  @Test
  void theCurvesOfAConstantMapAreThoseOfRandomOrder() throws IOException {
    Bundle bundle =
        QuadrantBundle.write(folder.resolve("bundle"), Resize.Fit.PAD, true, NOTHING_HERE);
    int side = QuadrantBundle.SIDE;
    float[] pixels = new float[side * side];
    Random random = new Random(8);
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = random.nextFloat();
    }
    GreyImage prepared = new GreyImage(side, side, pixels);
    float[] sevens = new float[side * side];
    java.util.Arrays.fill(sevens, 7);
    try (Predictor predictor = Predictor.open(bundle, 1)) {
      PerturbationCurves constant = curves(predictor, prepared, sevens, 11);
      PerturbationCurves nothing = curves(predictor, prepared, new float[side * side], 11);
      assertThat(constant.deletion()).containsExactly(nothing.deletion());
      assertThat(constant.insertion()).containsExactly(nothing.insertion());
      assertThat(curves(predictor, prepared, sevens, 12).deletion())
          .isNotEqualTo(constant.deletion());
      // Nothing gone yet is the image itself, and so is all in sight.
      assertThat(constant.insertion()[PerturbationCurves.STEPS])
          .isCloseTo(constant.deletion()[0], within(1e-6));
    }
  }

  private static PerturbationCurves curves(
      Predictor predictor, GreyImage prepared, float[] map, long seed) {
    return PerturbationCurves.of(
        predictor,
        prepared,
        new EvidenceMap(prepared.height(), prepared.width(), map),
        predictor.bundle().description().heads().getFirst(),
        "malignant",
        seed);
  }

  @ParameterizedTest
  @CsvSource({"1, .5", "0, 0"})
  void areasOfStraightLinesAreThoseOfTriangles(double end, double area) {
    double[] line = new double[PerturbationCurves.STEPS + 1];
    for (int i = 0; i < line.length; i++) {
      line[i] = end * i / (line.length - 1);
    }
    assertThat(PerturbationCurves.area(line)).isCloseTo(area, within(1e-12));
  }
}
