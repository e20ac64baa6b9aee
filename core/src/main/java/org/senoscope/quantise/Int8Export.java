package org.senoscope.quantise;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.senoscope.model.ExportBundle;

/**
 * What came of bringing a bundle's network to 8 bits.
 *
 * @param file what was written
 * @param bundle the bundle that was written with it, if one was asked for
 * @param floatBytes size of the float network with its weights inside
 * @param origin how the network was made: {@code int8} of a bundle's description
 * @param speeds of both
 * @param change of the answers; empty when there is no image to tell by
 * @param why there is none
 */
public record Int8Export(
    ExportBundle.Export file,
    Optional<Path> bundle,
    long floatBytes,
    ObjectNode origin,
    List<Speed> speeds,
    Optional<Change> change,
    String why) {
  private static final double MEGABYTE = 1e6;

  /** Schema {@code senoscope/export/1}, with more fields than of other formats. */
  public ObjectNode toJson() {
    ObjectNode json = file.toJson();
    bundle.ifPresent(folder -> json.put("bundle", folder.toString()));
    json.put("floatBytes", floatBytes);
    json.set("int8", origin);
    ArrayNode times = json.putArray("speed");
    speeds.forEach(speed -> times.add(speed.toJson()));
    change.ifPresentOrElse(
        found -> json.set("change", found.toJson()), () -> json.putNull("change").put("why", why));
    return json;
  }

  /** For a person. */
  public String text() {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "%s: %.1f MB, in floats %.1f MB; SHA-256 %s",
            file.file(),
            file.bytes() / MEGABYTE,
            floatBytes / MEGABYTE,
            file.sha256()));
    bundle.ifPresent(folder -> lines.add("%s: the bundle with it".formatted(folder)));
    lines.add(
        "%d layers in 8 bits; ranges by %s, counted on %d training images%s"
            .formatted(
                origin.path("layers").asInt(),
                origin.path("ranges").asText(),
                origin.path("images").asInt(),
                origin.path("unread").asInt() == 0
                    ? ""
                    : "; %d more cannot be read".formatted(origin.path("unread").asInt())));
    speeds.forEach(speed -> lines.add(speed.text()));
    lines.add(change.map(Change::text).orElse("change of AUC: not measured, because " + why));
    return lines.stream().collect(Collectors.joining("\n"));
  }
}
