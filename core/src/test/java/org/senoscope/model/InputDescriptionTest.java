package org.senoscope.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.FloatBuffer;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.senoscope.image.GreyImage;

class InputDescriptionTest {
  private static final InputDescription THREE =
      new InputDescription(
          3, 5, 7, new float[] {0.485f, 0.456f, 0.406f}, new float[] {0.229f, 0.224f, 0.225f});

  @ParameterizedTest
  @CsvSource({"1, false", "2, true", "3, false", "4, true"})
  void aTensorOfAnImagesBytesIsTheImage(long seed, boolean mirrored) {
    Random random = new Random(seed);
    float[] grey = new float[5 * 7];
    float[] tensor = new float[THREE.size()];
    for (int i = 0; i < grey.length; i++) {
      int value = random.nextInt(256);
      grey[i] = value / 255f;
      for (int channel = 0; channel < 3; channel++) {
        tensor[channel * grey.length + i] = value;
      }
    }
    GreyImage image = new GreyImage(5, 7, grey);
    FloatBuffer asImage = FloatBuffer.allocate(THREE.size());
    FloatBuffer asTensor = FloatBuffer.allocate(THREE.size());
    if (mirrored) {
      THREE.writeMirrored(image, asImage);
    } else {
      THREE.write(image, asImage);
    }
    THREE.writeTensor(tensor, mirrored, asTensor);

    assertThat(asTensor.array()).isEqualTo(asImage.array());
    assertThat(asTensor.remaining()).isZero();
  }

  @Test
  void aTensorInTheNetworksOwnValuesIsTakenAsItIs() {
    InputDescription own = THREE.withTensors(TensorLayout.NCHW, TensorValues.NETWORK);
    float[] tensor = new float[THREE.size()];
    for (int i = 0; i < tensor.length; i++) {
      tensor[i] = i - 50.5f;
    }
    tensor[3] = Float.NaN;
    FloatBuffer target = FloatBuffer.allocate(THREE.size());
    own.writeTensor(tensor, false, target);

    assertThat(target.array()).isEqualTo(tensor);
  }

  @ParameterizedTest
  @EnumSource(TensorLayout.class)
  void everyPlaceOfACallersTensorIsAnotherPlaceOfTheNetworks(TensorLayout layout) {
    InputDescription input = THREE.withTensors(layout, TensorValues.BYTES);
    int[] shape = input.tensorShape();
    int[] strides = input.tensorStrides();
    Set<Integer> places = new HashSet<>();
    for (int i = 0; i < shape[0]; i++) {
      for (int j = 0; j < shape[1]; j++) {
        for (int k = 0; k < shape[2]; k++) {
          places.add(i * strides[0] + j * strides[1] + k * strides[2]);
        }
      }
    }
    assertThat(places).hasSize(THREE.size()).allMatch(place -> place >= 0 && place < THREE.size());
  }

  @Test
  void theLayoutsDifferInTheirOrderAlone() {
    InputDescription nhwc = THREE.withTensors(TensorLayout.NHWC, TensorValues.BYTES);
    assertThat(THREE.tensorShape()).containsExactly(3, 5, 7);
    assertThat(nhwc.tensorShape()).containsExactly(5, 7, 3);
    // Row 4, column 2, channel 1.
    assertThat(dot(nhwc.tensorStrides(), 4, 2, 1)).isEqualTo(dot(THREE.tensorStrides(), 1, 4, 2));
  }

  @ParameterizedTest
  @CsvSource({"NCHW, BYTES", "NHWC, NETWORK", "NHWC, BYTES"})
  void modelJsonKeepsWhatCallersSend(TensorLayout layout, TensorValues values) {
    BundleDescription tiny = TinyBundle.description(false);
    BundleDescription description =
        new BundleDescription(
            tiny.name(),
            tiny.version(),
            tiny.heads(),
            tiny.input().withTensors(layout, values),
            tiny.preprocessing(),
            false,
            tiny.operatingPoints(),
            tiny.provenance(),
            tiny.validation());
    assertThat(BundleDescription.parse(description.toJson()).input())
        .isEqualTo(description.input())
        .hasToString(description.input().toString());
  }

  @Test
  void aBundleThatDoesNotSayTakesBytes() {
    ObjectNode json = TinyBundle.description(false).toJson();
    ((ObjectNode) json.path("input")).remove("values");

    assertThat(BundleDescription.parse(json).input().values()).isEqualTo(TensorValues.BYTES);
  }

  @Test
  void anUnknownScaleIsRefused() {
    ObjectNode json = TinyBundle.description(false).toJson();
    ((ObjectNode) json.path("input")).put("values", "0..7");

    assertThatThrownBy(() -> BundleDescription.parse(json))
        .hasMessageContaining("values must be \"0..255\" or \"network\", was \"0..7\"");
  }

  private static int dot(int[] strides, int i, int j, int k) {
    return i * strides[0] + j * strides[1] + k * strides[2];
  }
}
