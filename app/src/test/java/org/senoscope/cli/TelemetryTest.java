package org.senoscope.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.senoscope.image.GreyImage;
import org.senoscope.image.ImageFiles;
import org.senoscope.model.TinyBundle;

/** ONNX Runtime, left alone, reports to its maker (decision 2): here it may not, launcher or no. */
class TelemetryTest {
  private static final int FILES = 400;

  @Test
  void nothingIsKeptForAReportAndLongCommandLinesWork(@TempDir Path folder) throws Exception {
    Path bundle = folder.resolve("tiny");
    var _ = TinyBundle.write(bundle);
    Path image = folder.resolve("image-with-a-name-of-some-length.png");
    ImageFiles.writePng(new GreyImage(20, 30, new float[600]), image);
    Path home = Files.createDirectory(folder.resolve("home"));
    List<String> arguments =
        new ArrayList<>(List.of("predict", bundle.toString(), "--json", "--quiet"));
    for (int i = 0; i < FILES; i++) {
      arguments.add(image.toString());
    }
    ProcessBuilder builder = Run.apart(arguments.toArray(String[]::new));
    Map<String, String> environment = builder.environment();
    environment.put("HOME", home.toString());
    environment.remove("XDG_CACHE_HOME");
    // Its other reasons to keep silent, by its documentation, that a build machine may give it.
    environment.keySet().removeIf(name -> name.equals("CI") || name.endsWith("_CI"));

    Run ran = Run.process(builder);

    assertThat(ran.code()).as(ran.err()).isZero();
    assertThat(ran.json()).hasSize(FILES);
    assertThat(home.resolve(".cache")).doesNotExist();
  }
}
