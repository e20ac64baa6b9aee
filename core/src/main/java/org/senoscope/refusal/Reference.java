package org.senoscope.refusal;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.senoscope.safetensors.SafetensorsFile;
import org.senoscope.safetensors.Tensor;
import org.senoscope.work.InputException;

/**
 * What a network's training images look like, and how far another image lies from them. Three
 * measures, for three questions:
 *
 * <ul>
 *   <li>the squared Mahalanobis distance of what counting tells: is this picture taken and cropped
 *       as those were?
 *   <li>that of the textures in the middle of the network: is it such a kind of image at all (Lee
 *       et al., "A simple unified framework for detecting out-of-distribution samples and
 *       adversarial attacks", NeurIPS 2018)?
 *   <li>the angle between the values before the head and those of the fifth nearest training image:
 *       does it show what those images show (Sun et al., "Out-of-distribution detection with deep
 *       nearest neighbors", ICML 2022)?
 * </ul>
 *
 * <p>Each is divided by its median among the training images themselves, so that a limit found with
 * the networks of a cross-validation holds for the network that is trained on all folds. Immutable.
 */
public final class Reference {
  /** Fewest training images of which a reference is made: fewer say nothing of what is usual. */
  public static final int FEWEST_IMAGES = 16;

  private static final String PICTURE = "picture";
  private static final String TEXTURE = "texture";
  private static final String ROWS = "content.rows";
  private static final String USUAL = ".usual";
  private static final long SAMPLE_SEED = 1;

  private final @Nullable Cloud pictures;
  private final @Nullable Cloud textures;
  private final @Nullable Neighbours contents;
  private final float usualContent;

  /** A distribution, and the median distance of its own rows. */
  private record Cloud(ShrunkGaussian gaussian, float usual) {
    static Cloud of(float[][] rows, float[] least) {
      ShrunkGaussian gaussian = ShrunkGaussian.fit(rows, least);
      return new Cloud(
          gaussian, median(Arrays.stream(rows).mapToDouble(gaussian::distance).toArray()));
    }

    double distance(float[] row) {
      return gaussian.distance(row) / usual;
    }

    void into(Map<String, Tensor> tensors, String name) {
      tensors.put(name + ".mean", Tensor.floats(gaussian.mean(), gaussian.mean().length));
      tensors.put(name + ".scale", Tensor.floats(gaussian.scale(), gaussian.scale().length));
      tensors.put(name + ".factor", Tensor.floats(gaussian.factor(), gaussian.factor().length));
      tensors.put(name + USUAL, Tensor.floats(new float[] {usual}, 1));
    }

    static @Nullable Cloud in(SafetensorsFile file, String name) {
      return file.tensors().containsKey(name + ".mean")
          ? new Cloud(
              new ShrunkGaussian(
                  file.floats(name + ".mean"),
                  file.floats(name + ".scale"),
                  file.floats(name + ".factor")),
              Reference.usual(file, name))
          : null;
    }
  }

  private Reference(
      @Nullable Cloud pictures,
      @Nullable Cloud textures,
      @Nullable Neighbours contents,
      float usualContent) {
    this.pictures = pictures;
    this.textures = textures;
    this.contents = contents;
    this.usualContent = usualContent;
  }

  /**
   * Takes training images as the measure.
   *
   * @param images each of them, unchanged by augmentation
   * @return empty where they are fewer than {@link #FEWEST_IMAGES}
   */
  public static Optional<Reference> fit(List<Features> images) {
    if (images.size() < FEWEST_IMAGES) {
      return Optional.empty();
    }
    float[][] pictures =
        rows(images.stream().map(image -> image.picture().map(PictureFacts::row)).toList());
    float[][] textures = rows(images.stream().map(Features::textures).toList());
    float[][] contents = rows(images.stream().map(Features::contents).toList());
    Neighbours neighbours = contents.length == 0 ? null : Neighbours.of(contents, SAMPLE_SEED);
    return Optional.of(
        new Reference(
            pictures.length == 0 ? null : Cloud.of(pictures, PictureFacts.leastDeviations()),
            textures.length == 0 ? null : Cloud.of(textures, new float[textures[0].length]),
            neighbours,
            neighbours == null
                ? 1
                : median(
                    IntStream.range(0, neighbours.count())
                        .mapToDouble(neighbours::distanceAmong)
                        .toArray())));
  }

  private static float[][] rows(List<Optional<float[]>> values) {
    return values.stream().anyMatch(Optional::isEmpty)
        ? new float[0][]
        : values.stream().map(Optional::orElseThrow).toArray(float[][]::new);
  }

  /** Never 0: where all images are alike, every other one is far. */
  private static float median(double[] values) {
    Arrays.sort(values);
    return (float) Math.max(values[values.length / 2], 1e-6);
  }

  /**
   * How far an image lies from the training images.
   *
   * @param features of the same network
   * @throws IllegalArgumentException when they are of another length
   */
  public Distances of(Features features) {
    return new Distances(
        distance(pictures, features.picture().map(PictureFacts::row)),
        distance(textures, features.textures()),
        contents == null || features.contents().isEmpty()
            ? OptionalDouble.empty()
            : OptionalDouble.of(contents.distance(features.contents().get()) / usualContent));
  }

  private static OptionalDouble distance(@Nullable Cloud cloud, Optional<float[]> row) {
    return cloud == null || row.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(cloud.distance(row.get()));
  }

  /** In words, by what a picture differs most from the training images. */
  String oddest(PictureFacts facts) {
    if (pictures == null) {
      return "";
    }
    double[] deviations = pictures.gaussian().standardised(facts.row());
    int most = 0;
    for (int i = 1; i < deviations.length; i++) {
      most = Math.abs(deviations[i]) > Math.abs(deviations[most]) ? i : most;
    }
    return List.of(Fact.values()).get(most).words(deviations[most] > 0);
  }

  /** The tensors that {@link #parse} reads. */
  public Map<String, Tensor> tensors() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    if (pictures != null) {
      pictures.into(tensors, PICTURE);
    }
    if (textures != null) {
      textures.into(tensors, TEXTURE);
    }
    if (contents != null) {
      tensors.put(ROWS, Tensor.floats(contents.rows(), contents.count(), contents.columns()));
      tensors.put("content" + USUAL, Tensor.floats(new float[] {usualContent}, 1));
    }
    return tensors;
  }

  /**
   * Reads what {@link #tensors} gave.
   *
   * @throws InputException when the tensors do not fit together
   */
  public static Reference parse(SafetensorsFile file) {
    try {
      Cloud pictures = Cloud.in(file, PICTURE);
      if (pictures != null && pictures.gaussian().mean().length != Fact.values().length) {
        throw new IllegalArgumentException(
            "it counts %d facts of a picture, this version of Senoscope %d"
                .formatted(pictures.gaussian().mean().length, Fact.values().length));
      }
      Neighbours contents = null;
      var rows = file.tensors().get(ROWS);
      if (rows != null) {
        if (rows.shape().length != 2) {
          throw new IllegalArgumentException(ROWS + " must have two dimensions");
        }
        contents = new Neighbours(file.floats(ROWS), Math.toIntExact(rows.shape()[1]));
      }
      return new Reference(
          pictures,
          Cloud.in(file, TEXTURE),
          contents,
          contents == null ? 1 : usual(file, "content"));
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new InputException(
          "%s does not tell what training images look like: %s"
              .formatted(file.file(), e.getMessage()),
          e);
    }
  }

  private static float usual(SafetensorsFile file, String name) {
    float[] values = file.floats(name + USUAL);
    if (values.length != 1 || !(values[0] > 0) || values[0] == Float.POSITIVE_INFINITY) {
      throw new IllegalArgumentException("%s%s must be one number above 0".formatted(name, USUAL));
    }
    return values[0];
  }
}
