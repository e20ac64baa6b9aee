package org.senoscope.explain;

import org.senoscope.image.GreyImage;
import org.senoscope.model.BundleDescription;
import org.senoscope.model.Inference;
import org.senoscope.model.Predictor;
import org.senoscope.study.Marks;
import org.senoscope.study.Task;
import org.senoscope.work.InputException;

/** How the maps of a heatmap are made. */
public enum MapSource {
  /** {@link GradientMaps}: for residual networks. */
  GRADIENTS("gradients"),
  /** The network's own class activation maps. */
  CLASS_MAPS("class activation maps"),
  /** {@link Occlusion}: for any network, slowly. */
  OCCLUSION("occlusion");

  private final String text;

  MapSource(String text) {
    this.text = text;
  }

  /** As it stands in files. */
  public String text() {
    return text;
  }

  /**
   * Whether the maps of two labels of a task differ. The size of a gradient has no sign: with two
   * labels, the lead of the one is that of the other, and one map tells where both rest.
   */
  public boolean tellsApart(Task task) {
    return this != GRADIENTS || task.labels().size() > 2;
  }

  /** Whether a network has what it takes. */
  public boolean suits(Predictor predictor) {
    return switch (this) {
      case GRADIENTS -> predictor.givesGradients();
      case CLASS_MAPS -> predictor.givesMaps();
      case OCCLUSION -> true;
    };
  }

  /** What heatmaps of a network are made from: the first here that suits it. */
  public static MapSource best(Predictor predictor) {
    for (MapSource source : values()) {
      if (source.suits(predictor)) {
        return source;
      }
    }
    return OCCLUSION;
  }

  /** The same as far as the network's graph tells, without loading anything. */
  public static MapSource expected(Predictor predictor) {
    return predictor.seemsToGiveGradients()
        ? GRADIENTS
        : predictor.givesMaps() ? CLASS_MAPS : OCCLUSION;
  }

  /**
   * The inference with maps of the main task that were made this way.
   *
   * @param image as read, of which the inference was made
   * @param marks what readers marked on it, as the inference was told
   * @throws InputException when the network does not have what it takes
   */
  public Inference maps(Predictor predictor, GreyImage image, Marks marks, Inference inference) {
    BundleDescription bundle = predictor.bundle().description();
    String task = bundle.task().name();
    return switch (this) {
      case GRADIENTS -> {
        if (!predictor.givesGradients()) {
          throw lacking(bundle, "residual sums at two sizes");
        }
        GreyImage prepared = bundle.preprocessing().prepare(image, marks).image();
        yield inference.withMaps(task, GradientMaps.product(predictor.gradients(prepared)));
      }
      case CLASS_MAPS -> {
        if (inference.maps(task).isEmpty()) {
          throw lacking(bundle, "maps");
        }
        yield inference;
      }
      case OCCLUSION -> inference.withMaps(task, Occlusion.of(predictor, image, marks, inference));
    };
  }

  private InputException lacking(BundleDescription bundle, String what) {
    return new InputException(
        "Model %s has no %s, so its heatmaps cannot be made by %s; take %s"
            .formatted(bundle.title(), what, text, this == GRADIENTS ? "class_maps" : "occlusion"));
  }
}
