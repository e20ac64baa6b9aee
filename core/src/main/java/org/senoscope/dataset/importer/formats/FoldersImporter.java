package org.senoscope.dataset.importer.formats;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.senoscope.dataset.importer.Candidate;
import org.senoscope.dataset.importer.Importer;
import org.senoscope.dataset.importer.SetDescription;
import org.senoscope.study.Modality;
import org.senoscope.study.Task;
import org.senoscope.work.InputException;

/**
 * One folder per class, the folder's name being the label; images may lie deeper. Where every
 * folder at the top is a published part (train, valid, test), the classes lie within, and the part
 * is kept as a column.
 *
 * <p>Where every class folder is named by breast density and pathology, as {@code Density2Benign},
 * {@code density 4 malignant} or {@code Density3_Malignant}, both are labels of their own tasks
 * too.
 */
final class FoldersImporter implements Importer {
  static final String NAME = "folders";

  private static final Pattern DENSITY_AND_PATHOLOGY =
      Pattern.compile(
          "density[\\s_-]*([1-4])[\\s_-]*(normal|benign|malignant)", Pattern.CASE_INSENSITIVE);

  private final Path folder;
  private final String task;
  private final Optional<Modality> modality;
  private final @Nullable Pattern patient;
  private @Nullable Listing listing;

  /**
   * The files, and how the folders are to be read.
   *
   * @param depth how many folders deep the classes' are
   * @param densities whether the classes' folders are named by density and pathology
   */
  private record Listing(List<SourceFiles.Found> files, int depth, boolean densities) {
    static Listing of(List<SourceFiles.Found> files) {
      int depth = isParted(files) ? 2 : 1;
      List<SourceFiles.Found> inClasses =
          files.stream().filter(file -> file.parts().size() > depth).toList();
      return new Listing(
          files,
          depth,
          !inClasses.isEmpty()
              && inClasses.stream()
                  .allMatch(
                      file ->
                          DENSITY_AND_PATHOLOGY.matcher(file.parts().get(depth - 1)).matches()));
    }
  }

  /**
   * An importer of a folder.
   *
   * @param task that the folders' names are labels of; empty for {@link Task#CLASS}
   * @param patientPattern without a {@link #patternFault}, whose first group, found in a file's
   *     name, is the patient; empty when names don't tell
   */
  FoldersImporter(Path source, String task, Optional<Modality> modality, String patientPattern) {
    this.folder = SourceFiles.requireFolder(source, NAME);
    this.task = task.isEmpty() ? Task.CLASS : task;
    this.modality = modality;
    this.patient = patientPattern.isEmpty() ? null : Pattern.compile(patientPattern);
  }

  @Override
  public String name() {
    return NAME;
  }

  private Listing listing() throws IOException {
    if (listing == null) {
      listing = Listing.of(SourceFiles.below(folder));
    }
    return listing;
  }

  @Override
  public SetDescription description() throws IOException {
    return new SetDescription(
        SourceFiles.nameOf(folder),
        SourceFiles.nameOf(folder),
        "",
        "",
        patient == null
            ? List.of("Patients are not known: images of one woman are not kept together.")
            : List.of("Patients are taken from the files' names."),
        listing().densities()
            ? Stream.of(task, Task.DENSITY, Task.PATHOLOGY).distinct().toList()
            : List.of(task));
  }

  @Override
  public void list(Sink sink) throws IOException {
    List<SourceFiles.Found> files = listing().files();
    int depth = listing().depth();
    if (files.stream().noneMatch(file -> file.parts().size() > depth)) {
      throw new InputException(
          "%s needs one folder per class, with the images in them".formatted(folder));
    }
    sink.expect(files.size());
    for (SourceFiles.Found file : files) {
      List<String> parts = file.parts();
      if (!file.fault().isEmpty()) {
        sink.reject(file.relative(), file.fault());
      } else if (parts.size() <= depth) {
        sink.reject(file.relative(), "it lies beside the class folders, so it has no class");
      } else {
        String published = depth > 1 ? PublishedParts.of(parts.getFirst()).orElse("") : "";
        accept(file, parts.get(depth - 1), published, sink);
      }
    }
  }

  private void accept(SourceFiles.Found file, String label, String published, Sink sink)
      throws IOException {
    Candidate candidate =
        file.candidate().by(modality()).labelled(labels(label)).published(published);
    if (patient == null) {
      sink.accept(candidate);
      return;
    }
    Matcher matcher = patient.matcher(file.name());
    if (matcher.find() && matcher.group(1) != null && !matcher.group(1).isBlank()) {
      sink.accept(candidate.ofPatient(matcher.group(1)));
    } else {
      sink.reject(file.relative(), "its name does not match --patient-pattern");
    }
  }

  /** Density is a word of mammography: such folders hold mammograms unless the user says else. */
  private Optional<Modality> modality() throws IOException {
    return modality.isEmpty() && listing().densities() ? Optional.of(Modality.MG) : modality;
  }

  private Map<String, String> labels(String folderName) throws IOException {
    Map<String, String> labels = new HashMap<>();
    if (listing().densities()) {
      Matcher named = DENSITY_AND_PATHOLOGY.matcher(folderName);
      if (named.matches()) {
        labels.put(Task.DENSITY, named.group(1));
        labels.put(Task.PATHOLOGY, named.group(2).toLowerCase(Locale.ROOT));
      }
    }
    labels.put(task, folderName); // last: a task that the user named is the folders' own
    return labels;
  }

  /** Whether the folders at the top are all published parts that hold folders. */
  private static boolean isParted(List<SourceFiles.Found> files) {
    List<SourceFiles.Found> inFolders =
        files.stream().filter(file -> file.parts().size() > 1).toList();
    return !inFolders.isEmpty()
        && inFolders.stream()
            .allMatch(file -> PublishedParts.of(file.parts().getFirst()).isPresent())
        && inFolders.stream().anyMatch(file -> file.parts().size() > 2);
  }

  /** Why a pattern cannot tell patients; empty when it can, or there is none. */
  static Optional<String> patternFault(String text) {
    try {
      return text.isEmpty() || Pattern.compile(text).matcher("").groupCount() > 0
          ? Optional.empty()
          : Optional.of("must mark the patient by a group, such as \"^(\\d+)_\"");
    } catch (PatternSyntaxException e) {
      return Optional.of("is not a regular expression: " + e.getDescription());
    }
  }
}
