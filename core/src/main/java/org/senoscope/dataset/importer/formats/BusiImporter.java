package org.senoscope.dataset.importer.formats;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.senoscope.dataset.importer.Importer;
import org.senoscope.dataset.importer.SetDescription;
import org.senoscope.study.Modality;
import org.senoscope.study.Task;
import org.senoscope.work.InputException;

/**
 * BUSI, breast ultrasound (Al-Dhabyani 2020): {@code <class>/<class> (N).png} with {@code <class>
 * (N)_mask.png} and, for further lesions, {@code _mask_1.png} and so on. The set names no patients.
 */
final class BusiImporter implements Importer {
  static final String NAME = "busi";
  private static final List<String> CLASSES = List.of("normal", "benign", "malignant");
  private static final Pattern MASK = Pattern.compile("(.*)_mask(_\\d+)?");

  private final Path folder;

  BusiImporter(Path source) {
    Path given = SourceFiles.requireFolder(source, NAME);
    this.folder = SourceFiles.holding(given, "benign", "Dataset_BUSI_with_GT");
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public SetDescription description() {
    return new SetDescription(
        "BUSI",
        SourceFiles.nameOf(folder),
        "CC BY 4.0 by the statement of data derived from it; research use",
        "Al-Dhabyani W, Gomaa M, Khaled H, Fahmy A. Dataset of breast ultrasound images. Data in"
            + " Brief 28 (2020) 104863",
        List.of(
            "No patient identifiers: near-duplicates must be grouped by the audit.",
            "Some near-duplicates carry different labels.",
            "Text and calipers are burnt in on many images.",
            "Several masks of one image are merged; masks with nothing inside are left out."),
        List.of(Task.PATHOLOGY));
  }

  @Override
  public void list(Sink sink) throws IOException {
    List<SourceFiles.Found> images = new ArrayList<>();
    Map<String, List<SourceFiles.Found>> masks = new TreeMap<>();
    Set<String> stems = new HashSet<>();
    List<SourceFiles.Found> files = SourceFiles.below(folder);
    for (SourceFiles.Found file : files) {
      if (!isInClass(file)) {
        continue;
      }
      Matcher mask = MASK.matcher(file.stem());
      if (mask.matches()) {
        masks.computeIfAbsent(mask.group(1), key -> new ArrayList<>()).add(file);
      } else {
        images.add(file);
        stems.add(file.stem());
      }
    }
    if (images.isEmpty()) {
      throw new InputException(
          "%s is not laid out as BUSI: it needs folders named %s with images in them"
              .formatted(folder, String.join(", ", CLASSES)));
    }
    sink.expect(images.size());
    files.stream()
        .filter(file -> !isInClass(file))
        .forEach(file -> sink.reject(file.relative(), outside(file)));
    masks.forEach(
        (stem, found) -> {
          if (!stems.contains(stem)) {
            found.forEach(mask -> sink.reject(mask.relative(), "a mask without its image"));
          }
        });
    for (SourceFiles.Found image : images) {
      if (!image.fault().isEmpty()) {
        sink.reject(image.relative(), image.fault());
        continue;
      }
      sink.accept(
          image
              .candidate()
              .by(Optional.of(Modality.US))
              .labelled(Map.of(Task.PATHOLOGY, image.parts().getFirst()))
              .marked(new MaskFiles(masks.getOrDefault(image.stem(), List.of()))));
    }
  }

  private static boolean isInClass(SourceFiles.Found file) {
    return file.parts().size() == 2 && CLASSES.contains(file.parts().getFirst());
  }

  private static String outside(SourceFiles.Found file) {
    return file.fault().isEmpty()
        ? "it lies in none of the folders " + String.join(", ", CLASSES)
        : file.fault();
  }
}
