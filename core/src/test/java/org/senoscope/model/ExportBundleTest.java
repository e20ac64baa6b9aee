package org.senoscope.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.senoscope.work.InputException;

class ExportBundleTest {
  @TempDir private Path folder;

  @Test
  void theSingleFileAnswersAsTheBundleFarFromItsWeights() throws IOException, OrtException {
    Path tiny = folder.resolve("tiny");
    Bundle bundle = TinyBundle.write(tiny);
    Path alone = Files.createDirectory(folder.resolve("alone")).resolve("tiny.onnx");
    ExportBundle.Export export = ExportBundle.run(bundle, ExportBundle.Format.ONNX, alone);
    assertThat(export.bytes()).isEqualTo(Files.size(alone));
    try (var sha = Files.newInputStream(alone)) {
      assertThat(export.sha256()).isEqualTo(Checksums.of(sha, Long.MAX_VALUE).sha256());
    }
    float[] image = new float[2 * TinyBundle.HEIGHT * TinyBundle.WIDTH];
    Random random = new Random(1);
    for (int i = 0; i < image.length; i++) {
      image[i] = random.nextFloat();
    }
    assertThat(run(alone, image)).isEqualTo(run(tiny.resolve("model.onnx"), image));
  }

  @Test
  void theWeightsAreCopiedByteForByte() throws IOException {
    Bundle bundle = TinyBundle.write(folder.resolve("tiny"));
    Path file = folder.resolve("out.safetensors");
    var _ = ExportBundle.run(bundle, ExportBundle.Format.SAFETENSORS, file);
    assertThat(file).hasSameBinaryContentAs(folder.resolve("tiny").resolve(Bundle.WEIGHTS));
    assertThatThrownBy(() -> ExportBundle.run(bundle, ExportBundle.Format.SAFETENSORS, file))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("exists already");
  }

  private static float[] run(Path model, float[] image) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    long[] shape = {1, 2, TinyBundle.HEIGHT, TinyBundle.WIDTH};
    try (OrtSession session = environment.createSession(model.toString());
        OnnxTensor tensor = OnnxTensor.createTensor(environment, FloatBuffer.wrap(image), shape);
        OrtSession.Result result = session.run(Map.of("image", tensor))) {
      FloatBuffer logits = ((OnnxTensor) result.get("logits").orElseThrow()).getFloatBuffer();
      float[] values = new float[logits.remaining()];
      logits.get(values);
      return values;
    }
  }
}
