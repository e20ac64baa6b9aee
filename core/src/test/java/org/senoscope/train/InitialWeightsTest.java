package org.senoscope.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.senoscope.foreign.ForeignFiles;
import org.senoscope.model.Fingerprint;
import org.senoscope.model.TinyBundle;
import org.senoscope.work.InputException;

class InitialWeightsTest {
  private static final Recipe RECIPE = RecipeReader.parse(MadeDataset.recipe(1, ""), "test");

  @TempDir private Path folder;

  @Test
  void whatABundleHasSeenIsCarriedOn() throws IOException {
    Fingerprint seen = Fingerprint.of(List.of(new Fingerprint.Image("a".repeat(64), 5)));
    Path bundle = folder.resolve("own");
    TinyBundle.write(bundle, false, seen);
    assertThat(
            InitialWeights.find(RECIPE, Optional.of(bundle), List.of())
                .seen()
                .orElseThrow()
                .images())
        .isEqualTo(seen.images());
  }

  @Test
  void aNetworkOfAnotherProgramIsNoStart() throws IOException {
    Path bundle = folder.resolve("imported");
    ForeignFiles.bring(
        ForeignFiles.copy("rows.keras", folder),
        ForeignFiles.options("0..1"),
        ForeignFiles.labels(3),
        bundle);
    assertThatThrownBy(() -> InitialWeights.find(RECIPE, Optional.of(bundle), List.of()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("imported from another program");
  }
}
