package org.senoscope.claims;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.senoscope.files.AtomicFiles;

/** The page of claims: Markdown with one picture for each system. */
public final class ClaimsDocument {
  private static final String PICTURES = "claims";

  private ClaimsDocument() {}

  /**
   * Writes the page and, in a folder beside it, its pictures.
   *
   * @param file the page, such as docs/claims.md
   * @param results what the runs of each claim gave; a claim without any says so
   * @param commit of the program that ran them
   */
  public static void write(Path file, Map<Claim, List<ClaimResult>> results, String commit)
      throws IOException {
    Path pictures = file.resolveSibling(PICTURES);
    Files.createDirectories(pictures);
    for (Map.Entry<Claim, List<ClaimResult>> each : results.entrySet()) {
      if (!each.getValue().isEmpty()) {
        AtomicFiles.writeString(
            pictures.resolve(each.getKey().id() + ".svg"),
            ClaimPicture.svg(each.getKey(), each.getValue()));
      }
    }
    AtomicFiles.writeString(file, markdown(results, commit));
  }

  static String markdown(Map<Claim, List<ClaimResult>> results, String commit) {
    StringBuilder page = new StringBuilder();
    page.append(
        """
        # What was claimed, and what is true

        Five public projects classify mammograms or breast ultrasound and report 60 to 100%. Here is each claim
        beside two runs of our own: one **as they did it**, which repeats the mistake and is marked as a
        demonstration of leakage, and one **as it should be done**, in which a patient, her pair of films or the
        copies of an image are never on both sides of a split. Intervals are 95%. The majority class stands
        beside every accuracy: what always giving the most frequent label would score.

        Nothing here was tuned: the honest recipes ran as they stand in `recipes/`. None of these models is fit
        for use on a person.

        """);
    page.append(
        "Written by `senoscope claims`, commit %s; each run names its own. Each section names its command; "
            .formatted(shortened(commit)));
    page.append("[data.md](data.md) says how the data sets are imported.\n");
    results.forEach((claim, found) -> section(page, claim, found));
    return page.toString();
  }

  private static void section(StringBuilder page, Claim claim, List<ClaimResult> found) {
    page.append("\n## %d. %s\n\n".formatted(claim.number(), claim.title()));
    page.append("**Claimed:** ");
    page.append(
        String.join(
            "; ",
            claim.published().stream()
                .map(figure -> figure.what() + " " + ClaimPicture.share(figure.value()))
                .toList()));
    page.append(".\n\n**Protocol, as far as it can be found:** ")
        .append(claim.protocol())
        .append("\n\n**Here:** ")
        .append(claim.about())
        .append('\n');
    if (found.isEmpty()) {
      page.append("\nNot run yet.\n");
    } else {
      page.append(
          "\n![%s: claimed, as they did it, and as it should be done](%s/%s.svg)\n\n"
              .formatted(claim.title(), PICTURES, claim.id()));
      table(page, claim, found);
      remarks(page, claim, found);
    }
    page.append(
        "\n    ./senoscope claims --only %d --data data --out runs/claims --demonstrate-leakage\n"
            .formatted(claim.number()));
  }

  private static void table(StringBuilder page, Claim claim, List<ClaimResult> found) {
    page.append(
        "| run | task | images (groups) | accuracy | majority class | balanced accuracy | AUC |\n");
    page.append("| --- | --- | --- | --- | --- | --- | --- |\n");
    for (ClaimResult result : found) {
      page.append(
          "| %s | %s | %s | %s | %s | %s | %s |\n"
              .formatted(
                  result.leaky()
                      ? "%s: **demonstration of leakage, never a result**"
                          .formatted(claim.leaky().name())
                      : "`%s`, five grouped folds".formatted(result.recipe()),
                  result.task(),
                  // Copies are strangers to one another only by name.
                  result.leaky()
                      ? Integer.toString(result.images())
                      : "%d (%d)".formatted(result.images(), result.groups()),
                  interval(result.accuracy(), result.leaky()),
                  ClaimPicture.share(result.majority()),
                  interval(result.balancedAccuracy(), result.leaky()),
                  interval(result.auc(), result.leaky())));
    }
  }

  private static String interval(ClaimResult.Interval metric, boolean leaky) {
    String value = ClaimPicture.share(metric.value());
    // An interval of leaked figures would lend them a precision that they have not.
    return leaky || !Double.isFinite(metric.low())
        ? value
        : "%s (%s–%s)"
            .formatted(value, ClaimPicture.share(metric.low()), ClaimPicture.share(metric.high()));
  }

  private static void remarks(StringBuilder page, Claim claim, List<ClaimResult> found) {
    for (ClaimResult result : found) {
      if (result.leaky()) {
        page.append('\n')
            .append(claim.leaky().name().substring(0, 1).toUpperCase(Locale.ROOT))
            .append(claim.leaky().name().substring(1))
            .append(": ")
            .append(claim.leaky().words());
        if (Double.isFinite(result.trainingAccuracy())) {
          page.append(
              " Training accuracy in the last epoch (the figure above is of the chosen one): %s."
                  .formatted(ClaimPicture.share(result.trainingAccuracy())));
        }
        page.append(
            " Commit %s. Demonstration of leakage, never a result.\n"
                .formatted(shortened(result.commit())));
        break;
      }
    }
    found.stream()
        .filter(result -> !result.leaky())
        .map(
            result ->
                "\nAs it should be done, `%s`: %s Commit %s.\n"
                    .formatted(result.recipe(), result.protocol(), shortened(result.commit())))
        .distinct()
        .forEach(page::append);
  }

  /** Twelve digits of a commit, and whether the checkout had changes. */
  private static String shortened(String commit) {
    return commit.replaceFirst("^([0-9a-f]{12})[0-9a-f]*", "$1");
  }
}
