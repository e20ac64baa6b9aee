package org.senoscope.explain.faithfulness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.senoscope.dataset.importer.LesionMask;
import org.senoscope.explain.EvidenceMap;
import org.senoscope.files.Json;
import org.senoscope.image.GreyImage;

/** The pointing game and overlap. */
class OverlapTest {
  private static final double EXACT = 1e-9;

  static LesionMask mask(int height, int width, boolean[] inside) {
    float[] pixels = new float[inside.length];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = inside[i] ? 1 : 0;
    }
    return LesionMask.of(new GreyImage(height, width, pixels));
  }

  private static boolean[] disc(int height, int width, double row, double column, double radius) {
    boolean[] inside = new boolean[height * width];
    for (int i = 0; i < inside.length; i++) {
      int down = i / width;
      int right = i % width;
      inside[i] = Math.hypot(down - row, right - column) <= radius;
    }
    return inside;
  }

  @ParameterizedTest
  @CsvSource({"40, 60, 12, 33, 7", "31, 17, 30, 0, 5", "9, 9, 4, 4, 1"})
  void aMapThatIsTheMaskScoresOne(int height, int width, int row, int column, int radius) {
    boolean[] inside = disc(height, width, row, column, radius);
    float[] values = new float[inside.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = inside[i] ? 0.7f : -0.2f;
    }
    EvidenceMap map = new EvidenceMap(height, width, values);
    LesionMask lesion = mask(height, width, inside);
    assertThat(Pointing.of(map, lesion).hit()).isEqualTo(1);
    assertThat(Pointing.of(map, lesion).ties()).isEqualTo(lesion.pixels());
    assertThat(Overlap.of(map, lesion)).isEqualTo(new Overlap(1, 1, 1));
  }

  @Test
  void aMapThatIsTheSameThroughoutScoresTheLesionsShare() {
    boolean[] inside = disc(50, 80, 20, 30, 9);
    LesionMask lesion = mask(50, 80, inside);
    double share = lesion.pixels() / 4000.0;
    for (float value : new float[] {0, -3, 2}) {
      float[] values = new float[4000];
      Arrays.fill(values, value);
      EvidenceMap map = new EvidenceMap(50, 80, values);
      assertThat(Pointing.of(map, lesion).hit()).isCloseTo(share, within(EXACT));
      Overlap overlap = Overlap.of(map, lesion);
      assertThat(overlap.energy()).isCloseTo(share, within(EXACT));
      assertThat(overlap.averagePrecision()).isCloseTo(share, within(EXACT));
      assertThat(overlap.iou()).isCloseTo(share, within(EXACT));
    }
  }

  @Test
  void whatTheNetworkWasNotShownIsNeverTheHighestAndRanksLast() {
    float[] values = {Float.NaN, -5, -4, Float.NaN};
    LesionMask lesion = mask(2, 2, new boolean[] {true, false, true, false});
    Pointing pointing = Pointing.of(new EvidenceMap(2, 2, values), lesion);
    assertThat(pointing).isEqualTo(new Pointing(1, 0, 1, 1));
    // Ranked: the hit, the miss, then both unseen at once, of which one is a hit.
    assertThat(Overlap.of(new EvidenceMap(2, 2, values), lesion).averagePrecision())
        .isCloseTo(.5 + .5 * 2 / 4, within(EXACT));
  }

  @Test
  void anyRisingChangeOfValuesLeavesPointAndRanksAsTheyAre() {
    Random random = new Random(4);
    float[] values = new float[600];
    float[] changed = new float[600];
    boolean[] inside = new boolean[600];
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.round(random.nextGaussian() * 20) / 10f;
      changed[i] = (float) Math.exp(values[i]) - 9;
      inside[i] = random.nextInt(5) == 0;
    }
    LesionMask lesion = mask(20, 30, inside);
    EvidenceMap one = new EvidenceMap(20, 30, values);
    EvidenceMap other = new EvidenceMap(20, 30, changed);
    assertThat(Pointing.of(other, lesion)).isEqualTo(Pointing.of(one, lesion));
    assertThat(Overlap.of(other, lesion).averagePrecision())
        .isEqualTo(Overlap.of(one, lesion).averagePrecision());
  }

  @Test
  void figuresAreThoseOfScikitLearnAndNumPy() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            OverlapTest.class.getResourceAsStream("/org/senoscope/explain/golden.json"))) {
      JsonNode cases =
          Json.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8), "golden.json");
      assertThat(cases.size()).isGreaterThan(4);
      for (JsonNode each : cases) {
        int height = each.path("height").intValue();
        int width = each.path("width").intValue();
        float[] values = new float[height * width];
        boolean[] inside = new boolean[height * width];
        for (int i = 0; i < values.length; i++) {
          values[i] = each.path("values").get(i).floatValue();
          inside[i] = each.path("inside").get(i).intValue() == 1;
        }
        EvidenceMap map = new EvidenceMap(height, width, values);
        LesionMask lesion = mask(height, width, inside);
        Overlap overlap = Overlap.of(map, lesion);
        assertThat(overlap.averagePrecision())
            .isCloseTo(each.path("averagePrecision").doubleValue(), within(EXACT));
        assertThat(overlap.energy()).isCloseTo(each.path("energy").doubleValue(), within(EXACT));
        assertThat(overlap.iou()).isCloseTo(each.path("iou").doubleValue(), within(EXACT));
        assertThat(Pointing.of(map, lesion).hit())
            .isCloseTo(each.path("hit").doubleValue(), within(EXACT));
      }
    }
  }

  @Test
  void sizesMustAgreeAndAMaskMustHoldSomething() {
    EvidenceMap map = new EvidenceMap(2, 3, new float[6]);
    LesionMask other = mask(3, 2, new boolean[] {true, true, true, true, true, true});
    assertThatThrownBy(() -> Pointing.of(map, other)).hasMessageContaining("2 × 3");
    assertThatThrownBy(() -> Overlap.of(map, other)).hasMessageContaining("3 × 2");
    assertThatThrownBy(() -> Overlap.of(map, mask(2, 3, new boolean[6])))
        .hasMessageContaining("nothing inside");
  }

  @Test
  void aFixedPointIsChosenOnOtherFoldsAlone() {
    ChancePoints points = new ChancePoints();
    // Fold a's lesions lie above, fold b's below: each fold's point comes from the other's.
    for (int i = 0; i < 6; i++) {
      points.add(mask(64, 64, disc(64, 64, i < 3 ? 10 : 50, 32, 6)), i < 3 ? "a" : "b");
    }
    assertThat(points.fixed()).containsOnly(0);
    ChancePoints alike = new ChancePoints();
    for (int i = 0; i < 6; i++) {
      alike.add(mask(64, 64, disc(64, 64, 10, 32, 6)), i < 3 ? "a" : "b");
    }
    assertThat(alike.fixed()).containsOnly(1);
    assertThat(alike.centre()).containsOnly(0);
    assertThat(alike.uniform()[0]).isCloseTo(Math.PI * 36 / 4096, within(.003));
  }
}
