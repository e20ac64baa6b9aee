package org.senoscope.explain.faithfulness;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.senoscope.files.Json;

/**
 * How one image's heatmap did.
 *
 * @param image as the manifest names it
 * @param group of patient, source and copies
 * @param set of the joined data sets that it comes from; empty where none were joined
 * @param fold whose network explained it; empty without folds
 * @param inFold whether the image was in that fold; one that the split left out is explained by the
 *     network of any fold, since none has seen it
 * @param seen whether the network was trained on it or on one of its group
 * @param label what the image is; empty when nobody says
 * @param predicted what the network says, whose map was scored
 * @param lesionShare of the image's pixels, 0 to 1
 * @param pointing of the network's map
 * @param overlap of the network's map
 * @param random the same for the network of random weights
 * @param randomOverlap the same for the network of random weights
 * @param curves of the map; empty for images that are not in the sample
 * @param randomOrder curves of places in random order
 * @param outline how well what the network draws as lesion agrees with the mask; empty where it
 *     draws nothing. It is no heatmap
 */
public record ImageScore(
    String image,
    String group,
    String set,
    String fold,
    boolean inFold,
    boolean seen,
    String label,
    String predicted,
    double lesionShare,
    Pointing pointing,
    Overlap overlap,
    Pointing random,
    Overlap randomOverlap,
    Optional<PerturbationCurves> curves,
    Optional<PerturbationCurves> randomOrder,
    Optional<OutlineScore> outline) {
  /** The same, once it is known whether the network has seen the image. */
  ImageScore seen(boolean known) {
    return new ImageScore(
        image,
        group,
        set,
        fold,
        inFold,
        known,
        label,
        predicted,
        lesionShare,
        pointing,
        overlap,
        random,
        randomOverlap,
        curves,
        randomOrder,
        outline);
  }

  /** As a line of {@code explanation.json}. */
  ObjectNode toJson() {
    ObjectNode json =
        Json.object()
            .put("image", image)
            .put("fold", fold)
            .put("inFold", inFold)
            .put("seenInTraining", seen)
            .put("label", label)
            .put("predicted", predicted)
            .put("lesionShare", lesionShare)
            .put("row", pointing.row())
            .put("column", pointing.column())
            .put("ties", pointing.ties())
            .put("hit", pointing.hit())
            .put("energy", overlap.energy())
            .put("averagePrecision", overlap.averagePrecision())
            .put("iou", overlap.iou())
            .put("hitByRandomWeights", random.hit());
    outline.ifPresent(score -> json.put("dice", score.dice()).put("outlineIou", score.iou()));
    return json;
  }
}
