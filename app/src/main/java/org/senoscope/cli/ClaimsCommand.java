package org.senoscope.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.senoscope.claims.Claim;
import org.senoscope.claims.ClaimResult;
import org.senoscope.claims.ClaimsDocument;
import org.senoscope.claims.ClaimsRun;
import org.senoscope.files.Json;
import org.senoscope.provenance.Provenance;
import org.senoscope.train.TrainRun;
import org.senoscope.work.InputException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code senoscope claims}: what five systems claimed, beside what is true. */
@Command(
    name = "claims",
    description = {
      "Show what five published systems claimed; with --data, run each again on grouped folds and",
      "write the page of claims. Hours on two cores; what is done is kept, and a run goes on."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "  senoscope claims",
      "  senoscope claims --data data --out runs/claims --only 4 --demonstrate-leakage"
    })
final class ClaimsCommand implements Callable<Integer> {
  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Folder of data sets: cbis-ddsm-mass, mias, mammogram-folders, busi.")
  private @Nullable Path data;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "runs/claims",
      description = "Where runs and results are kept. Default: ${DEFAULT-VALUE}")
  private Path out;

  @Option(
      names = "--only",
      paramLabel = "N",
      split = ",",
      description = "Numbers of the claims to run; all when left out.")
  private List<Integer> only = List.of();

  @Option(
      names = "--demonstrate-leakage",
      description =
          "Also repeat each as it was published; marked as a demonstration, never a result.")
  private boolean demonstrateLeakage;

  @Option(
      names = "--document",
      paramLabel = "FILE",
      description = "The page to write (default: claims.md in --out).")
  private @Nullable Path document;

  @Mixin private Output output;

  @Override
  public Integer call() throws IOException {
    List<Claim> claims = Claim.all();
    for (int number : only) {
      if (claims.stream().noneMatch(claim -> claim.number() == number)) {
        throw new InputException(
            "--only must name claims from 1 to %d, was %d".formatted(claims.size(), number));
      }
    }
    TrainRun trainer = new TrainRun(TrainCommand::card, Home.weightFolders());
    ClaimsRun run =
        new ClaimsRun(
            trainer,
            name -> Home.recipe(name),
            data == null ? Path.of("data") : data,
            out,
            output.progress());
    if (data != null) {
      try (SuddenEnd _ = SuddenEnd.whileWorking()) {
        run(claims, run);
      }
    } else if (demonstrateLeakage || !only.isEmpty()) {
      throw new InputException(
          "Running claims needs --data, the folder of the imported data sets; docs/data.md says how to import them");
    }
    Map<Claim, List<ClaimResult>> results = new LinkedHashMap<>();
    for (Claim claim : claims) {
      results.put(claim, run.found(claim));
    }
    Path page = document == null ? out.resolve("claims.md") : document;
    if (data != null) {
      Files.createDirectories(page.toAbsolutePath().getParent());
      ClaimsDocument.write(page, results, Provenance.now("", "", 0).commit());
    }
    output.result(json(results), text(results) + (data == null ? "" : "Page: " + page + "\n"));
    return 0;
  }

  private void run(List<Claim> claims, ClaimsRun run) throws IOException {
    List<Claim> wanted =
        claims.stream().filter(claim -> only.isEmpty() || only.contains(claim.number())).toList();
    if (only.isEmpty() && wanted.stream().noneMatch(run::hasData)) {
      throw new InputException(
          "%s holds none of the claims' data sets (%s); docs/data.md says how to import them"
              .formatted(data, wanted.stream().map(Claim::data).distinct().toList()));
    }
    for (Claim claim : wanted) {
      if (!run.hasData(claim) && only.isEmpty()) {
        output.note(
            "claim %d is left out: there is no data set %s"
                .formatted(claim.number(), claim.data()));
        continue;
      }
      if (demonstrateLeakage) {
        run.leaky(claim);
      }
      run.honest(claim);
    }
  }

  private static ObjectNode json(Map<Claim, List<ClaimResult>> results) {
    ObjectNode json = Json.object("claims");
    ArrayNode list = json.putArray("claims");
    results.forEach(
        (claim, found) -> {
          ObjectNode each = list.addObject();
          each.put("number", claim.number()).put("id", claim.id()).put("title", claim.title());
          each.set("published", Json.tree(claim.published()));
          each.put("protocol", claim.protocol()).put("about", claim.about());
          ArrayNode runs = each.putArray("results");
          found.forEach(result -> runs.add(result.toJson()));
        });
    return json;
  }

  private static String text(Map<Claim, List<ClaimResult>> results) {
    StringBuilder text = new StringBuilder();
    results.forEach(
        (claim, found) -> {
          text.append("%d. %s%n".formatted(claim.number(), claim.title()));
          claim
              .published()
              .forEach(
                  figure ->
                      text.append(
                          "   claimed        %-34s %s%n"
                              .formatted(figure.what(), share(figure.value()))));
          for (ClaimResult result : found) {
            text.append(
                "   %-14s %-34s %s%s, majority class %s%n"
                    .formatted(
                        result.leaky() ? "LEAKAGE SHOWN" : "grouped folds",
                        result.recipe() + ", " + result.task(),
                        share(result.accuracy().value()),
                        result.leaky()
                            ? " (never a result)"
                            : " (%s to %s)"
                                .formatted(
                                    share(result.accuracy().low()),
                                    share(result.accuracy().high())),
                        share(result.majority())));
          }
          if (found.isEmpty()) {
            text.append("   not run here (docs/claims.md holds the figures that we have)\n");
          }
        });
    return text.toString();
  }

  private static String share(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }
}
