package org.senoscope.dataset.importer.formats;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.senoscope.dataset.importer.Importer;
import org.senoscope.dataset.importer.SetDescription;
import org.senoscope.study.Modality;
import org.senoscope.study.Task;
import org.senoscope.study.View;
import org.senoscope.work.InputException;

/**
 * mini-MIAS, mammograms (Suckling 1994): {@code mdbNNN.pgm}, also {@code .png}, beside {@code
 * Info.txt}, whose rows follow a page of prose. Films 2k−1 and 2k are one patient; even numbers are
 * left breasts; all are medio-lateral oblique. {@link MiasFilm} has the rule for several rows.
 */
final class MiasImporter implements Importer {
  static final String NAME = "mias";
  private static final String INFO = "Info.txt";

  private final Path folder;

  MiasImporter(Path source) {
    Path given = SourceFiles.requireFolder(source, NAME);
    this.folder = SourceFiles.holding(given, INFO, "all-mias");
    if (!Files.isRegularFile(folder.resolve(INFO))) {
      throw new InputException(
          "%s has no Info.txt, which labels the films; put it beside them".formatted(folder));
    }
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public SetDescription description() {
    return new SetDescription(
        "mini-MIAS",
        SourceFiles.nameOf(folder),
        "Research only; not to be rented, leased or sold (Licence.txt)",
        "Suckling J et al. The Mammographic Image Analysis Society Digital Mammogram Database."
            + " Excerpta Medica, International Congress Series 1069 (1994) 375-378",
        List.of(
            "Films 2k-1 and 2k are the right and left breast of one patient.",
            "A film with several rows is malignant if any row is; its abnormality is that of the"
                + " most severe row, of these the one with the largest radius.",
            "Circles are stored as masks and regions; y counts from the bottom in Info.txt."),
        List.of(Task.PATHOLOGY, Task.ABNORMALITY, Task.TISSUE));
  }

  @Override
  public void list(Sink sink) throws IOException {
    Map<String, String> faults = new TreeMap<>();
    Map<String, MiasFilm> films = films(faults);
    if (films.isEmpty()) {
      throw new InputException(
          "%s has no row such as \"mdb001 G CIRC B 535 425 197\"; is it the official Info.txt?"
              .formatted(folder.resolve(INFO)));
    }
    Map<String, SourceFiles.Found> images = new TreeMap<>();
    List<SourceFiles.Found> rest = new ArrayList<>();
    for (SourceFiles.Found file : SourceFiles.below(folder)) {
      String stem = file.stem().toLowerCase(Locale.ROOT);
      String ending = file.relative().substring(file.stem().length()).toLowerCase(Locale.ROOT);
      boolean image = ending.equals(".pgm") || ending.equals(".png");
      // .pgm, the official one, comes before .png in the order of names.
      if (!image || !films.containsKey(stem) || images.putIfAbsent(stem, file) != null) {
        rest.add(file);
      }
    }
    sink.expect(images.size());
    faults.forEach(sink::reject);
    rest.forEach(file -> rejectRest(file, films, faults, sink));
    for (MiasFilm film : films.values()) {
      SourceFiles.Found image = images.get(film.reference());
      if (image == null) {
        sink.reject(film.reference(), "Info.txt has it, but there is no .pgm or .png of it");
      } else if (!image.fault().isEmpty()) {
        sink.reject(image.relative(), image.fault());
      } else {
        accept(film, image, sink);
      }
    }
  }

  private static void accept(MiasFilm film, SourceFiles.Found image, Sink sink) {
    sink.accept(
        image
            .candidate()
            .by(Optional.of(Modality.MG))
            .ofPatient(film.patient())
            .showing(Optional.of(film.laterality()), Optional.of(View.MLO))
            .labelled(
                Map.of(
                    Task.PATHOLOGY, film.pathology(),
                    Task.ABNORMALITY, film.abnormality(),
                    Task.TISSUE, film.tissue()))
            .marked(film));
  }

  private static void rejectRest(
      SourceFiles.Found file, Map<String, MiasFilm> films, Map<String, String> faults, Sink sink) {
    if (file.relative().equals(INFO) || file.relative().matches("(?i)(licen[cs]e|readme).*")) {
      return;
    }
    String stem = file.stem().toLowerCase(Locale.ROOT);
    if (!file.fault().isEmpty()) {
      sink.reject(file.relative(), file.fault());
    } else if (films.containsKey(stem)) {
      sink.reject(file.relative(), "another file of this film was taken");
    } else if (!faults.containsKey(stem)) {
      sink.reject(file.relative(), "Info.txt has no row for it");
    }
  }

  /** The films in the order of their names; a film with any faulty row is a fault instead. */
  private Map<String, MiasFilm> films(Map<String, String> faults) throws IOException {
    Map<String, List<MiasFilm.Finding>> rows = new TreeMap<>();
    List<String> lines =
        new String(Files.readAllBytes(folder.resolve(INFO)), StandardCharsets.ISO_8859_1)
            .lines()
            .toList();
    for (int number = 1; number <= lines.size(); number++) {
      String line = lines.get(number - 1).strip();
      // Prose, unless it begins with a film's reference.
      if (!line.matches("mdb\\d{3,6}(\\s.*)?")) {
        continue;
      }
      String reference = line.split("\\s", 2)[0];
      try {
        rows.computeIfAbsent(reference, key -> new ArrayList<>()).add(MiasFilm.row(line));
      } catch (IllegalArgumentException e) {
        faults.putIfAbsent(reference, "Info.txt line %d %s".formatted(number, e.getMessage()));
      }
    }
    rows.keySet().removeAll(faults.keySet());
    Map<String, MiasFilm> films = new TreeMap<>();
    rows.forEach((reference, found) -> films.put(reference, new MiasFilm(reference, found)));
    return films;
  }
}
