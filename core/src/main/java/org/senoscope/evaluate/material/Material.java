package org.senoscope.evaluate.material;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.senoscope.dataset.Dataset;
import org.senoscope.dataset.ManifestRow;
import org.senoscope.split.Split;

/**
 * What was evaluated on, for the flow diagram and the methods of a report.
 *
 * @param source what the data set is; empty for predictions without one
 * @param audit what the audit found, if there was one
 * @param split how the data set is split, if it is
 * @param flow from files to analysed images; empty for predictions without a data set
 */
public record Material(
    Optional<Source> source,
    Optional<AuditFacts> audit,
    Optional<SplitFacts> split,
    Optional<DataFlow> flow) {
  /** Nothing is known but the predictions. */
  public static final Material NONE =
      new Material(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  /**
   * Reads what lies in a data set's folder.
   *
   * @param split as it lies there, if it does
   * @param splitSha256 of its file; empty without one
   * @param groupOf the group of an image
   * @param analysed what was scored
   */
  public static Material of(
      Dataset dataset,
      String manifestSha256,
      Optional<Split> split,
      String splitSha256,
      UnaryOperator<String> groupOf,
      DataFlow.Analysed analysed)
      throws IOException {
    List<ManifestRow> rows = dataset.rows();
    Source source = Source.read(dataset);
    return new Material(
        Optional.of(source),
        AuditFacts.read(dataset, manifestSha256),
        split.map(found -> SplitFacts.of(found, splitSha256, rows, groupOf)),
        Optional.of(DataFlow.of(rows, source.refused(), split, analysed)));
  }

  /** Adds {@code flow}, {@code audit}, {@code split} and {@code source}; null where not known. */
  public void addTo(ObjectNode json) {
    put(json, "flow", flow.map(DataFlow::toJson));
    put(json, "audit", audit.map(AuditFacts::toJson));
    put(json, "split", split.map(SplitFacts::toJson));
    put(json, "source", source.map(Source::toJson));
  }

  private static void put(ObjectNode json, String name, Optional<ObjectNode> known) {
    known.ifPresentOrElse(found -> json.set(name, found), () -> json.putNull(name));
  }
}
