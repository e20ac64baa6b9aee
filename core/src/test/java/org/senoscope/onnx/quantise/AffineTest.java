package org.senoscope.onnx.quantise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AffineTest {
  private static final double ROUNDING = 1e-4;

  @ParameterizedTest
  @CsvSource({"0,6", "-2.1,2.6", "-7,0", "-.001,1000", "1,2", "-5,-1"})
  void whatIsStoredComesBackWithinHalfAStep(double low, double high) {
    Affine affine = Affine.of(new Range(low, high));
    Random random = new Random(1);
    for (int i = 0; i < 2000; i++) {
      float real = (float) random.nextDouble(low, high);
      assertThat((double) affine.dequantise(affine.quantise(real)))
          .isCloseTo(real, within(affine.scale() * (0.5 + ROUNDING)));
    }
  }

  @ParameterizedTest
  @CsvSource({"0,6", "-2.1,2.6", "-7,0", "1,2", "-5,-1", "0,0"})
  void zeroIsHeldAsItIs(double low, double high) {
    Affine affine = Affine.of(new Range(low, high));
    assertThat(affine.dequantise(affine.quantise(0))).isZero();
  }

  @Test
  void whatLiesBeyondIsTheNearestEnd() {
    Affine affine = Affine.of(new Range(0, 6));
    assertThat(affine.quantise(1000)).isEqualTo(255);
    assertThat(affine.quantise(-1000)).isZero();
    assertThat(affine.range().high()).isCloseTo(6, within(1e-6));
    assertThat(affine.range().low()).isZero();
  }

  @Test
  void whatIsStoredIsStoredAgainAsTheSame() {
    Affine affine = Affine.of(new Range(-1.3, 4.1));
    for (int stored = 0; stored <= Affine.STEPS; stored++) {
      assertThat(affine.quantise(affine.dequantise(stored))).isEqualTo(stored);
    }
  }

  @Test
  void parametersAndStoredNumbersAreThoseOfOnnxRuntime() throws IOException {
    JsonNode golden = Golden.read().path("activations");
    assertThat(golden).hasSizeGreaterThan(5);
    for (JsonNode each : golden) {
      Affine affine =
          Affine.of(new Range(each.path("low").doubleValue(), each.path("high").doubleValue()));
      assertThat((double) affine.scale())
          .isCloseTo(each.path("scale").doubleValue(), within(1e-6 * affine.scale()));
      assertThat(affine.zeroPoint()).isEqualTo(each.path("zeroPoint").intValue());
      Affine same = new Affine(each.path("scale").floatValue(), affine.zeroPoint());
      for (int i = 0; i < each.path("values").size(); i++) {
        assertThat(same.quantise(each.path("values").path(i).floatValue()))
            .as("%s of %s to %s", each.path("values").path(i), each.path("low"), each.path("high"))
            .isEqualTo(each.path("stored").path(i).intValue());
      }
    }
  }
}
