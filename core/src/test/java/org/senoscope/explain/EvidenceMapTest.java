package org.senoscope.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.senoscope.dataset.importer.LesionMask;
import org.senoscope.explain.faithfulness.Pointing;
import org.senoscope.files.Json;
import org.senoscope.image.GreyImage;
import org.senoscope.image.steps.Geometry;
import org.senoscope.image.steps.Preprocessing;
import org.senoscope.image.steps.Resize;
import org.senoscope.model.Bundle;
import org.senoscope.model.BundleDescription;
import org.senoscope.model.ClassMaps;
import org.senoscope.model.Gradients;
import org.senoscope.model.Head;
import org.senoscope.model.Inference;
import org.senoscope.model.InputDescription;
import org.senoscope.model.OutputForm;
import org.senoscope.model.Predictor;
import org.senoscope.model.ResidualBundle;
import org.senoscope.model.TinyBundle;
import org.senoscope.study.Marks;
import org.senoscope.study.Task;
import org.senoscope.work.InputException;

class EvidenceMapTest {
  private static final Task TASK = new Task("cancer", List.of("0", "1"));
  private static final int SIDE = 56;

  /** What Senoscope ships: tests run in the module's folder. */
  private static final Path SHIPPED = Path.of("..", "models", "ultrasound");

  @TempDir Path folder;

  /** The exact way back: no pixel's own centre lies nearer to the strongest place's. */
  @ParameterizedTest
  @EnumSource(Resize.Fit.class)
  void theHighestPixelIsTheOneWhoseCentreIsNearestToTheStrongestPlace(Resize.Fit fit) {
    Random random = new Random(17);
    Resize resize = new Resize(SIDE, SIDE, fit);
    BundleDescription bundle =
        BundleDescription.of(
            "exact",
            "1",
            List.of(TASK),
            new InputDescription(1, SIDE, SIDE, new float[] {0}, new float[] {1}),
            new Preprocessing(List.of(resize)),
            false,
            Json.object(),
            Json.object());
    for (int trial = 0; trial < 60; trial++) {
      int height = 20 + random.nextInt(200);
      int width = 20 + random.nextInt(200);
      int places = 4 + random.nextInt(11);
      GreyImage image = new GreyImage(height, width, new float[height * width]);
      Geometry geometry =
          new Preprocessing(List.of(resize)).prepare(image, Marks.UNKNOWN).geometry();
      // Not the outermost, whose value reaches unchanged to the edge.
      int row = 1 + random.nextInt(places - 2);
      int column = 1 + random.nextInt(places - 2);
      float[] map = new float[places * places];
      map[row * places + column] = 1;
      double down = (row + 0.5) * SIDE / places;
      double across = (column + 0.5) * SIDE / places;
      if (down < geometry.rows().begin()
          || down > geometry.rows().end()
          || across < geometry.columns().begin()
          || across > geometry.columns().end()) {
        continue; // in the padding
      }
      Inference inference =
          new Inference(
              Map.of(),
              Map.of(),
              Map.of(TASK.name(), new ClassMaps(2, places, places, twice(map), true)),
              Optional.empty(),
              geometry);
      EvidenceMap evidence = EvidenceMap.of(bundle, inference, TASK.name(), "1", height, width);
      Pointing point = Pointing.of(evidence, all(height, width));
      assertThat(away(geometry.rows(), point.row(), down))
          .isCloseTo(least(geometry.rows(), height, down), within(1e-4));
      assertThat(away(geometry.columns(), point.column(), across))
          .isCloseTo(least(geometry.columns(), width, across), within(1e-4));
    }
  }

  private static float[] twice(float[] map) {
    float[] both = Arrays.copyOf(map, 2 * map.length);
    System.arraycopy(map, 0, both, map.length, map.length);
    return both;
  }

  private static LesionMask all(int height, int width) {
    float[] inside = new float[height * width];
    Arrays.fill(inside, 1);
    return LesionMask.of(new GreyImage(height, width, inside));
  }

  private static double away(Geometry.Axis axis, int pixel, double place) {
    return Math.abs(axis.of(pixel + 0.5) - place);
  }

  private static double least(Geometry.Axis axis, int length, double place) {
    double least = Double.POSITIVE_INFINITY;
    for (int pixel = 0; pixel < length; pixel++) {
      double at = axis.of(pixel + 0.5);
      if (at >= axis.begin() && at <= axis.end()) {
        least = Math.min(least, away(axis, pixel, place));
      }
    }
    return least;
  }

  @Test
  void aProductOfMapsIsHighWhereBothAre() {
    float[] coarse = {0, 0, 0, 4};
    float[] fine = new float[16];
    Arrays.fill(fine, 2);
    fine[0] = 9;
    ClassMaps made =
        GradientMaps.product(
            new Gradients.Maps(new ClassMaps(1, 2, 2, coarse), new ClassMaps(1, 4, 4, fine)));
    assertThat(made.isFinal()).isTrue();
    assertThat(List.of(made.height(), made.width())).containsOnly(4 * GradientMaps.BETWEEN);
    assertThat(made.at(0, 0, 0)).isZero();
    assertThat(made.at(0, 15, 15)).isCloseTo(2 / 9f, within(1e-6f));
    // The place at 8.5 of 16 lies 1/16 of a coarse place behind the middle between two.
    assertThat(made.at(0, 8, 8)).isCloseTo(2 / 9f * .5625f * .5625f, within(1e-6f));
  }

  @Test
  void whereMapsComeFromIsKnownWithoutLoadingAWayBackAndAfterClosing() throws IOException {
    Predictor predictor = Predictor.open(Bundle.open(SHIPPED), 1);
    predictor.close();
    assertThat(MapSource.expected(predictor)).isEqualTo(MapSource.GRADIENTS);
  }

  @ParameterizedTest
  @EnumSource(OutputForm.class)
  void ofTwoLabelsTheOneHeatmapFromGradientsIsThatOfTheOtherToo(OutputForm form)
      throws IOException {
    Task two = new Task(Task.CANCER, List.of("0", "1"));
    Path target = folder.resolve(form.text());
    GreyImage image = new GreyImage(24, 24, new float[24 * 24]);
    for (int i = 0; i < image.pixels().length; i++) {
      image.pixels()[i] = (float) Math.sin(i * .37) / 2 + .5f;
    }
    try (Predictor predictor =
        Predictor.open(ResidualBundle.write(target, new Head(two, form)), 1)) {
      BundleDescription bundle = predictor.bundle().description();
      assertThat(MapSource.expected(predictor)).isEqualTo(MapSource.GRADIENTS);
      Inference explained =
          Occlusion.withMaps(predictor, image, Marks.UNKNOWN, predictor.infer(image));
      Heatmap zero = Heatmap.of(bundle, explained, Task.CANCER, "0", 24, 24);
      Heatmap one = Heatmap.of(bundle, explained, Task.CANCER, "1", 24, 24);
      double sum = 0;
      for (int row = 0; row < 24; row++) {
        for (int column = 0; column < 24; column++) {
          sum += one.at(row, column);
          assertThat(zero.at(row, column)).isCloseTo(one.at(row, column), within(1e-4f));
        }
      }
      assertThat(sum).isPositive();
      // By trial there are two, and what speaks for the one speaks against the other.
      Inference tried = MapSource.OCCLUSION.maps(predictor, image, Marks.UNKNOWN, explained);
      float[] against = EvidenceMap.of(bundle, tried, Task.CANCER, "0", 24, 24).values();
      float[] speaksFor = EvidenceMap.of(bundle, tried, Task.CANCER, "1", 24, 24).values();
      for (int i = 0; i < against.length; i++) {
        assertThat(against[i]).isCloseTo(-speaksFor[i], within(1e-5f));
      }
    }
  }

  @Test
  void gradientsDoNotTellTwoLabelsApart() {
    Task two = new Task(Task.CANCER, List.of("0", "1"));
    Task three = new Task(Task.PATHOLOGY, List.of("normal", "benign", "malignant"));
    assertThat(MapSource.GRADIENTS.tellsApart(two)).isFalse();
    assertThat(MapSource.GRADIENTS.tellsApart(three)).isTrue();
    assertThat(MapSource.CLASS_MAPS.tellsApart(two)).isTrue();
    assertThat(MapSource.OCCLUSION.tellsApart(two)).isTrue();
  }

  @Test
  void gradientsAreTakenWhereTheNetworkHasAWayBackAndAreNotMadeTwice() throws IOException {
    GreyImage image = new GreyImage(90, 120, new float[90 * 120]);
    for (int i = 0; i < image.pixels().length; i++) {
      image.pixels()[i] = (float) Math.sin(i * .37) / 2 + .5f;
    }
    try (Predictor predictor = Predictor.open(Bundle.open(SHIPPED), 1)) {
      assertThat(MapSource.best(predictor)).isEqualTo(MapSource.GRADIENTS);
      Inference explained =
          Occlusion.withMaps(predictor, image, Marks.UNKNOWN, predictor.infer(image));
      ClassMaps maps = explained.maps("pathology").orElseThrow();
      assertThat(maps.isFinal()).isTrue();
      // Four times the places of the finer map, a sixteenth of the input's.
      int places = 4 * predictor.bundle().description().input().height() / 16;
      assertThat(List.of(maps.logits(), maps.height(), maps.width()))
          .isEqualTo(List.of(3, places, places));
      assertThat(Occlusion.withMaps(predictor, image, Marks.UNKNOWN, explained))
          .isSameAs(explained);
    }
    try (Predictor predictor = Predictor.open(TinyBundle.write(folder.resolve("tiny")), 1)) {
      assertThat(MapSource.best(predictor)).isEqualTo(MapSource.CLASS_MAPS);
      assertThat(MapSource.expected(predictor)).isEqualTo(MapSource.CLASS_MAPS);
      assertThatThrownBy(
              () ->
                  MapSource.GRADIENTS.maps(predictor, image, Marks.UNKNOWN, predictor.infer(image)))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("take class_maps");
    }
  }
}
