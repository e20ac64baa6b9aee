package org.senoscope.train;

import java.io.IOException;
import java.nio.file.Path;
import org.senoscope.dataset.Dataset;

/** The made data set and its recipe for the tests of other packages. */
public final class TrainRunFixture {
  private TrainRunFixture() {}

  /** Thirty images that are easily told apart. */
  public static Dataset dataset(Path folder) throws IOException {
    return MadeDataset.write(folder, 30, 40, 1);
  }

  /** A recipe of one epoch. */
  public static Recipe recipe() {
    return RecipeReader.parse(MadeDataset.recipe(1, ""), "made");
  }
}
