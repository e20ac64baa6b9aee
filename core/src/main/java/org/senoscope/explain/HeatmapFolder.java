package org.senoscope.explain;

import java.io.IOException;
import java.nio.file.Path;
import org.senoscope.files.AtomicFiles;
import org.senoscope.image.GreyImage;
import org.senoscope.model.BundleDescription;
import org.senoscope.model.Inference;
import org.senoscope.model.Predictor;
import org.senoscope.model.predict.InputFile;
import org.senoscope.model.predict.PredictFiles;
import org.senoscope.study.Marks;
import org.senoscope.study.Prediction;
import org.senoscope.work.InputException;

/** Writes the heatmap of each answer's label over its image, as PNG files in a folder. */
public final class HeatmapFolder implements PredictFiles.Explainer {
  private final Predictor predictor;
  private final Marks marks;
  private final Path folder;

  /**
   * Heatmaps of a predictor's answers.
   *
   * @param marks what a reader marked, on every image alike
   * @param folder made when needed
   */
  public HeatmapFolder(Predictor predictor, Marks marks, Path folder) {
    this.predictor = predictor;
    this.marks = marks;
    this.folder = folder;
  }

  @Override
  public Path explain(InputFile input, GreyImage image, Inference inference, Prediction prediction)
      throws IOException {
    BundleDescription bundle = predictor.bundle().description();
    Heatmap heatmap =
        Heatmap.of(
            bundle,
            Occlusion.withMaps(predictor, image, marks, inference),
            bundle.task().name(),
            prediction
                .label()
                .orElseThrow(() -> new InputException("An answer without a label has no heatmap")),
            image.height(),
            image.width());
    byte[] png = Overlay.over(image, heatmap);
    Path file = folder.resolve(input.output() + ".heatmap.png");
    AtomicFiles.write(file, out -> out.write(png));
    return file;
  }
}
