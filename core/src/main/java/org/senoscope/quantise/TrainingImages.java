package org.senoscope.quantise;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.senoscope.dataset.Dataset;
import org.senoscope.dataset.ManifestRow;
import org.senoscope.model.Bundle;
import org.senoscope.model.Fingerprint;
import org.senoscope.split.Parts;
import org.senoscope.split.Split;
import org.senoscope.work.InputException;

/**
 * The images on which the ranges of a network's activations may be counted: those that it was
 * trained on, so that no image that it is ever tested on has a hand in it.
 *
 * @param counted on these the ranges are counted
 * @param compared on these the rules for ranges are compared; none of {@code counted}
 */
record TrainingImages(List<ManifestRow> counted, List<ManifestRow> compared) {
  /** Fewer say too little of what activations can be. */
  static final int FEWEST = 16;

  /** A few seconds of work. */
  static final int MOST_COUNTED = 128;

  static final int MOST_COMPARED = 64;

  /** Of those that were chosen to be counted on, so many must be readable. */
  static final int FEWEST_COUNTED = FEWEST * 2 / 3;

  /** What is never counted on, whatever a fingerprint says. */
  private static final Set<String> LOOKED_AT = Set.of(Parts.VALIDATION, Parts.TEST);

  TrainingImages {
    counted = List.copyOf(counted);
    compared = List.copyOf(compared);
  }

  /** All of them. */
  int size() {
    return counted.size() + compared.size();
  }

  /**
   * Chooses by the bundle's fingerprint; for a bundle that names no training images, as imported
   * ones, by the part {@code train} of the data set's split. Images that the split has in {@code
   * test} or {@code validation} are left out in either case.
   *
   * @throws InputException when fewer than {@link #FEWEST} are left
   */
  static TrainingImages of(Bundle bundle, Dataset dataset) throws IOException {
    List<ManifestRow> rows = all(bundle, dataset);
    int counted = Math.min(MOST_COUNTED, rows.size() * 2 / 3);
    int compared = Math.min(MOST_COMPARED, rows.size() - counted);
    return new TrainingImages(rows.subList(0, counted), rows.subList(counted, counted + compared));
  }

  /**
   * All that may be chosen from, in the order in which they are.
   *
   * @throws InputException as {@link #of}
   */
  static List<ManifestRow> all(Bundle bundle, Dataset dataset) throws IOException {
    Fingerprint fingerprint = bundle.fingerprint();
    Optional<Split> split =
        Files.exists(dataset.splitFile()) ? Optional.of(Split.read(dataset)) : Optional.empty();
    // A part train that a leaky split dealt tells nothing of a bundle that names no image.
    boolean parted = split.filter(found -> !found.demonstratesLeakage()).isPresent();
    boolean named = fingerprint.size() > 0;
    List<ManifestRow> rows = new ArrayList<>();
    for (ManifestRow row : dataset.rows()) {
      String part = split.flatMap(found -> found.partOf(row.image())).orElse("");
      boolean trainedOn =
          named ? fingerprint.contains(row.sha256()) : parted && part.equals(Parts.TRAIN);
      if (row.excluded().isEmpty() && trainedOn && !LOOKED_AT.contains(part)) {
        rows.add(row);
      }
    }
    if (rows.size() < FEWEST) {
      throw new InputException(
          named
              ? "%s holds %d images that %s is known to be trained on and that are in no test or validation part, int8 needs %d; give the data set that it was trained on"
                  .formatted(dataset.root(), rows.size(), bundle.path(), FEWEST)
              : "%s names no training image, and %s has %d in a part train, int8 needs %d; make one with senoscope split --holdout 70/15/15"
                  .formatted(bundle.path(), dataset.root(), rows.size(), FEWEST));
    }
    // By their hash, which is as good as drawn, and the same whatever the order of the manifest.
    rows.sort(Comparator.comparing(ManifestRow::sha256).thenComparing(ManifestRow::image));
    return rows;
  }
}
