package org.senoscope.dataset.importer.formats;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.senoscope.dataset.importer.LesionMarks;
import org.senoscope.dataset.importer.LesionMask;
import org.senoscope.study.Laterality;
import org.senoscope.study.Roi;

/**
 * All that {@code Info.txt} says of one film.
 *
 * <p>The rule for films with several rows: every circle is kept as a region; the film is malignant
 * when any row is, else benign when any row is; its abnormality is that of the row that decides:
 * among the most severe the one with the largest radius, then the first. Tissue is the first row's.
 *
 * @param reference such as {@code mdb005}
 * @param findings the rows, at least one
 */
record MiasFilm(String reference, List<MiasFilm.Finding> findings) implements LesionMarks {
  private static final Pattern REFERENCE = Pattern.compile("mdb(\\d{3,6})");

  MiasFilm {
    findings = List.copyOf(findings);
    if (findings.isEmpty() || !REFERENCE.matcher(reference).matches()) {
      throw new IllegalArgumentException("A film needs a reference and a row");
    }
  }

  /**
   * One row.
   *
   * @param tissue F, G or D
   * @param abnormality CALC, CIRC, SPIC, MISC, ARCH, ASYM or NORM
   * @param severity B, M; empty for NORM
   * @param circle empty where the row has no coordinates
   */
  record Finding(String tissue, String abnormality, String severity, Optional<Circle> circle) {
    /** Normal 0, benign 1, malignant 2. */
    int rank() {
      return severity.equals("M") ? 2 : severity.equals("B") ? 1 : 0;
    }

    int radius() {
      return circle.map(Circle::radius).orElse(-1);
    }
  }

  /**
   * A circle in the film's pixels, counted from the bottom-left corner as {@code Info.txt} does.
   *
   * @param x columns from the left
   * @param y rows from the bottom
   * @param radius at least 0
   */
  record Circle(int x, int y, int radius) {}

  /**
   * Reads one row that begins with a film's reference.
   *
   * @throws IllegalArgumentException saying what is wrong
   */
  static Finding row(String line) {
    String[] words = line.strip().split("\\s+", -1);
    if (words.length < 3
        || !words[1].matches("[FGD]")
        || !words[2].matches("CALC|CIRC|SPIC|MISC|ARCH|ASYM|NORM")) {
      throw new IllegalArgumentException(
          "needs tissue F, G or D and a class CALC, CIRC, SPIC, MISC, ARCH, ASYM or NORM");
    }
    String severity = words.length > 3 && words[3].matches("[BM]") ? words[3] : "";
    if (severity.isEmpty() != words[2].equals("NORM")) {
      throw new IllegalArgumentException("needs a severity B or M, and NORM none");
    }
    int next = severity.isEmpty() ? 3 : 4;
    boolean circled =
        words.length == next + 3
            && List.of(words).subList(next, next + 3).stream()
                .allMatch(word -> word.matches("\\d{1,5}"));
    if (!circled && words.length > next && !words[next].startsWith("*")) {
      throw new IllegalArgumentException("needs x, y and radius, a *NOTE, or nothing more");
    }
    Optional<Circle> circle =
        circled
            ? Optional.of(
                new Circle(
                    Integer.parseInt(words[next]),
                    Integer.parseInt(words[next + 1]),
                    Integer.parseInt(words[next + 2])))
            : Optional.empty();
    return new Finding(words[1], words[2], severity, circle);
  }

  /** The film's number. */
  int number() {
    Matcher matcher = REFERENCE.matcher(reference);
    return matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
  }

  /** Films 2k−1 and 2k are the two breasts of patient k. */
  String patient() {
    return "mias-%03d".formatted((number() + 1) / 2);
  }

  /** Even numbers are left breasts, odd ones right. */
  Laterality laterality() {
    return number() % 2 == 0 ? Laterality.L : Laterality.R;
  }

  String tissue() {
    return findings.getFirst().tissue();
  }

  String abnormality() {
    return deciding().abnormality();
  }

  String pathology() {
    return List.of("normal", "benign", "malignant").get(deciding().rank());
  }

  private Finding deciding() {
    // Of equals, the stream's max would be the last.
    return findings.stream()
        .sorted(Comparator.comparingInt(Finding::rank).thenComparingInt(Finding::radius).reversed())
        .findFirst()
        .orElseThrow();
  }

  @Override
  public Lesions on(int height, int width) {
    LesionMask mask = new LesionMask(height, width);
    List<Roi> boxes = new ArrayList<>();
    for (Finding finding : findings) {
      finding
          .circle()
          .ifPresent(
              circle -> {
                LesionMask disc = new LesionMask(height, width);
                disc.addDisc(height - 1 - circle.y(), circle.x(), circle.radius());
                disc.box().ifPresent(boxes::add);
                mask.add(disc);
              });
    }
    return new Lesions(boxes.isEmpty() ? Optional.empty() : Optional.of(mask), boxes, List.of());
  }
}
