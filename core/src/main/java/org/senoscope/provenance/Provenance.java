package org.senoscope.provenance;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.senoscope.files.Json;

/**
 * Who made a thing, from what, with what.
 *
 * @param commit of Senoscope's source
 * @param versions of the program and its libraries
 * @param machine processor count, memory and operating system, without a host's name
 * @param created when, UTC, to the second
 * @param recipeSha256 of the recipe's text; empty when none was used
 * @param manifestSha256 of the data set's manifest; empty when none was used
 * @param seed of every random choice
 */
public record Provenance(
    String commit,
    Map<String, String> versions,
    String machine,
    Instant created,
    String recipeSha256,
    String manifestSha256,
    long seed) {
  /**
   * The key that marks what demonstrates leakage, and all that comes of it: splits, runs, bundles,
   * evaluations. Such a thing is never a result.
   */
  public static final String DEMONSTRATES_LEAKAGE = "demonstratesLeakage";

  /** The provenance of something made now, by this program, on this machine. */
  public static Provenance now(String recipeSha256, String manifestSha256, long seed) {
    Runtime runtime = Runtime.getRuntime();
    String machine =
        "%s %s, %d processors"
            .formatted(
                System.getProperty("os.name"),
                System.getProperty("os.arch"),
                runtime.availableProcessors());
    return new Provenance(
        Versions.commit(),
        Versions.all(),
        machine,
        Instant.now().truncatedTo(ChronoUnit.SECONDS),
        recipeSha256,
        manifestSha256,
        seed);
  }

  /** As it stands in files. */
  public ObjectNode toJson() {
    ObjectNode json = Json.object();
    json.put("commit", commit).put("created", created.toString()).put("machine", machine);
    json.put("recipeSha256", recipeSha256).put("manifestSha256", manifestSha256).put("seed", seed);
    json.set("versions", Json.tree(versions));
    return json;
  }
}
