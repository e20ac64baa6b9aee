package org.senoscope.refusal;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.senoscope.safetensors.SafetensorsFile;
import org.senoscope.safetensors.Tensor;
import org.senoscope.study.Modality;

/**
 * Tells mammograms and ultrasound images apart, and both from all else, by what counting tells of a
 * picture: one shrunk normal distribution for each of some public data sets, each with a limit of
 * its own. Fitted once by the test that is named in decision 20, and shipped as a resource of a few
 * kilobytes. Immutable.
 */
final class PictureKinds {
  private static final String RESOURCE = "picture-kinds.safetensors";

  /** The share of a data set's own images that lie within its limit. */
  private static final double WITHIN = 0.995;

  private final List<Source> sources;

  /** One data set. */
  private record Source(String name, Modality modality, ShrunkGaussian facts, double limit) {}

  private PictureKinds(List<Source> sources) {
    this.sources = List.copyOf(sources);
  }

  private static final class Holder {
    static final PictureKinds SHIPPED = read();

    private static PictureKinds read() {
      try (InputStream in = PictureKinds.class.getResourceAsStream(RESOURCE)) {
        if (in == null) {
          throw new IllegalStateException("The jar lacks its resource " + RESOURCE);
        }
        return parse(SafetensorsFile.of(Path.of(RESOURCE), in.readAllBytes()));
      } catch (IOException e) {
        throw new UncheckedIOException("The jar's resource %s is broken".formatted(RESOURCE), e);
      }
    }
  }

  /** The one that is shipped. */
  static PictureKinds shipped() {
    return Holder.SHIPPED;
  }

  /** What a picture looks like; empty for neither of both. */
  Optional<Modality> recognise(PictureFacts facts) {
    float[] row = facts.row();
    double least = 1;
    Optional<Modality> found = Optional.empty();
    for (Source source : sources) {
      double over = source.facts().distance(row) / source.limit();
      if (over < least) {
        least = over;
        found = Optional.of(source.modality());
      }
    }
    return found;
  }

  /**
   * Fits.
   *
   * @param sources by name, with modality, the facts of the images of a data set
   */
  static PictureKinds fit(Map<String, Map.Entry<Modality, List<PictureFacts>>> sources) {
    return new PictureKinds(
        sources.entrySet().stream()
            .map(
                source -> {
                  float[][] rows =
                      source.getValue().getValue().stream()
                          .map(PictureFacts::row)
                          .toArray(float[][]::new);
                  ShrunkGaussian facts = ShrunkGaussian.fit(rows, PictureFacts.leastDeviations());
                  double[] sorted =
                      java.util.Arrays.stream(rows).mapToDouble(facts::distance).sorted().toArray();
                  return new Source(
                      source.getKey(),
                      source.getValue().getKey(),
                      facts,
                      sorted[(int) Math.ceil(WITHIN * sorted.length) - 1]);
                })
            .toList());
  }

  Map<String, Tensor> tensors() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Source source : sources) {
      String name = source.modality().name() + "." + source.name();
      ShrunkGaussian facts = source.facts();
      tensors.put(name + ".mean", Tensor.floats(facts.mean(), facts.mean().length));
      tensors.put(name + ".scale", Tensor.floats(facts.scale(), facts.scale().length));
      tensors.put(name + ".factor", Tensor.floats(facts.factor(), facts.factor().length));
      tensors.put(name + ".limit", Tensor.floats(new float[] {(float) source.limit()}, 1));
    }
    return tensors;
  }

  static PictureKinds parse(SafetensorsFile file) {
    return new PictureKinds(
        file.tensors().keySet().stream()
            .filter(name -> name.endsWith(".limit"))
            .map(
                limit -> {
                  String name = limit.substring(0, limit.length() - ".limit".length());
                  return new Source(
                      name.substring(name.indexOf('.') + 1),
                      Modality.valueOf(name.substring(0, name.indexOf('.'))),
                      new ShrunkGaussian(
                          file.floats(name + ".mean"),
                          file.floats(name + ".scale"),
                          file.floats(name + ".factor")),
                      file.floats(limit)[0]);
                })
            .toList());
  }
}
