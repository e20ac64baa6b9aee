package org.senoscope.dataset;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.senoscope.study.Laterality;
import org.senoscope.study.Modality;
import org.senoscope.study.Roi;
import org.senoscope.study.Task;
import org.senoscope.study.View;

/**
 * One image of a data set, as {@code manifest.csv} has it. Text that is not known is empty.
 *
 * @param image path within the data set's folder, with {@code /}; the image's key everywhere
 * @param sha256 of the source's bytes, 64 hexadecimal digits
 * @param modality how the image was made; empty when not known
 * @param patient as the source names her; never shown in a log, an error or an answer
 * @param group what the source itself says belongs together (patient, pair); empty when it says
 *     nothing
 * @param laterality which breast
 * @param view the mammogram's projection
 * @param width columns, after orientation
 * @param height rows, after orientation
 * @param labels label by task; a task without an entry is not labelled
 * @param mask path of the lesion mask within the folder; empty when there is none
 * @param roi readers' regions, pixels of the stored image
 * @param excluded why the image takes no part; empty when it does
 * @param source the file's path within the folder that was imported
 * @param published the part that the publisher put it in (train, valid, test); kept, never trusted;
 *     empty when none
 */
public record ManifestRow(
    String image,
    String sha256,
    Optional<Modality> modality,
    String patient,
    String group,
    Optional<Laterality> laterality,
    Optional<View> view,
    int width,
    int height,
    Map<String, String> labels,
    String mask,
    List<Roi> roi,
    String excluded,
    String source,
    String published) {
  public ManifestRow {
    labels = Map.copyOf(labels);
    roi = List.copyOf(roi);
    if (image.isBlank()) {
      throw new IllegalArgumentException("A manifest's row must name its image");
    }
  }

  /**
   * The outermost folder of its source: of joined data sets, the set; empty where it is in none.
   */
  public Optional<String> outermostFolder() {
    int slash = source.indexOf('/');
    return slash > 0 ? Optional.of(source.substring(0, slash)) : Optional.empty();
  }

  /** The label of a task, or of tasks joined ({@link Task#parts}) where the image has all. */
  public Optional<String> label(String task) {
    String own = labels.get(task);
    if (own != null) {
      return Optional.of(own);
    }
    List<String> parts = Task.parts(task);
    List<String> found = parts.stream().map(labels::get).filter(Objects::nonNull).toList();
    return parts.size() > 1 && found.size() == parts.size()
        ? Optional.of(Task.joined(found))
        : Optional.empty();
  }
}
