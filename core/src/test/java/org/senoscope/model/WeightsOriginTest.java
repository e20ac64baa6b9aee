package org.senoscope.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.senoscope.RealData;
import org.senoscope.files.Hashes;
import org.senoscope.files.Json;
import org.senoscope.safetensors.SafetensorsFile;
import org.senoscope.safetensors.SafetensorsWriter;
import org.senoscope.safetensors.Tensor;
import org.senoscope.safetensors.TensorEntry;

class WeightsOriginTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(names = "UNKNOWN", mode = EnumSource.Mode.EXCLUDE)
  void whatProvenanceKeepsIsReadAgain(WeightsOrigin.Kind kind) {
    for (boolean imagesKnown : new boolean[] {true, false}) {
      WeightsOrigin origin = new WeightsOrigin(kind, "made 1", "ab".repeat(32), imagesKnown);
      ObjectNode json = Json.object();
      origin.addTo(json);
      assertThat(WeightsOrigin.in(json)).isEqualTo(origin);
      assertThat(origin.sentence()).startsWith("Training began with ").endsWith(".");
    }
  }

  @Test
  void anUnknownKindIsNeverTakenForAKnownOne() {
    ObjectNode json = Json.object();
    json.putObject("initial").put("kind", "of later").put("imagesKnown", true);
    assertThat(WeightsOrigin.in(json).imagesKnown()).isFalse();
    json.putObject("initial").put("kind", "unknown").put("imagesKnown", true);
    assertThat(WeightsOrigin.in(json).imagesKnown()).isFalse();
  }

  /** Bundles of before keep the name that the recipe said, and no hash. */
  @ParameterizedTest
  @CsvSource({"efficientnet-lite0-imagenet,true", "'',true", "/home/x/found.safetensors,false"})
  void bundlesOfBeforeAreKnownByName(String weights, boolean known) {
    ObjectNode json = Json.object();
    if (!weights.isEmpty()) {
      json.put("weights", weights);
    }
    assertThat(WeightsOrigin.in(json).imagesKnown()).isEqualTo(known);
    assertThat(WeightsOrigin.in(json).name()).doesNotContain("/");
  }

  @Test
  void aBundleThatNamesNoImageCannotTellWhatItHasSeen() throws IOException {
    assertThat(WeightsOrigin.of(TinyBundle.write(folder.resolve("silent"))).imagesKnown())
        .isFalse();
    Fingerprint seen = Fingerprint.of(List.of(new Fingerprint.Image("f".repeat(64), 1L)));
    Bundle bundle = TinyBundle.write(folder.resolve("telling"), true, seen);
    WeightsOrigin origin = WeightsOrigin.of(bundle);
    assertThat(origin.imagesKnown()).isTrue();
    assertThat(origin.name()).isEqualTo("tiny 1");
    assertThat(origin.sha256()).isEqualTo(bundle.sha256());
  }

  @Test
  void theImageNetFileIsKnownByItsTensorsWhateverItsHeader() throws IOException {
    SafetensorsFile published =
        SafetensorsFile.open(RealData.requireWeights("efficientnet-lite0-imagenet.safetensors"));
    assertThat(WeightsOrigin.of(published).kind()).isEqualTo(WeightsOrigin.Kind.IMAGENET);

    Path other = folder.resolve("other-name.safetensors");
    Map<String, Tensor> tensors = tensors(published);
    SafetensorsWriter.write(other, tensors, Map.of("source", "converted by another"));
    WeightsOrigin converted = WeightsOrigin.of(SafetensorsFile.open(other));
    assertThat(converted.kind()).isEqualTo(WeightsOrigin.Kind.IMAGENET);
    assertThat(converted.name()).isEqualTo("other-name.safetensors");
    assertThat(converted.sha256()).isEqualTo(Hashes.sha256(other));

    float[] bias = published.floats("_bn0.bias");
    bias[0] += 1;
    tensors.put("_bn0.bias", Tensor.floats(bias, bias.length));
    SafetensorsWriter.write(other, tensors, Map.of());
    WeightsOrigin trained = WeightsOrigin.of(SafetensorsFile.open(other));
    assertThat(trained.kind()).isEqualTo(WeightsOrigin.Kind.UNKNOWN);
    assertThat(trained.imagesKnown()).isFalse();
  }

  private static Map<String, Tensor> tensors(SafetensorsFile file) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, TensorEntry> each : file.tensors().entrySet()) {
      tensors.put(
          each.getKey(),
          new Tensor(each.getValue().dtype(), each.getValue().shape(), file.bytes(each.getKey())));
    }
    return tensors;
  }
}
