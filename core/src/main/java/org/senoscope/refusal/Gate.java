package org.senoscope.refusal;

import java.util.Locale;
import java.util.Optional;
import org.senoscope.image.GreyImage;
import org.senoscope.study.Modality;

/**
 * Asks of each image, before any label, whether it is one that the model may answer.
 *
 * @param reference what the training images look like
 * @param limits how far from them is too far
 */
public record Gate(Reference reference, Limits limits) {
  /**
   * Judges an image.
   *
   * @param image as read, for what can be told by looking again; empty where a caller sent a tensor
   * @param features of it
   */
  public Judgement judge(Optional<GreyImage> image, Features features) {
    Distances distances = reference.of(features);
    return new Judgement(
        distances,
        features
            .picture()
            .flatMap(this::atSight)
            .or(() -> unlikeTraining(image, features, distances)));
  }

  private Optional<Refusal> unlikeTraining(
      Optional<GreyImage> image, Features features, Distances distances) {
    double picture = Limits.over(distances.picture(), limits.picture());
    double texture = Limits.over(distances.texture(), limits.texture());
    double content = Limits.over(distances.content(), limits.content());
    if (!limits.exceededBy(distances)) {
      return Optional.empty();
    }
    if (image.isPresent() && picture > 1 && limits.picture().isPresent()) {
      Features inverted =
          new Features(
              Optional.of(PictureFacts.of(inverted(image.get()))),
              Optional.empty(),
              Optional.empty());
      if (Limits.over(reference.of(inverted).picture(), limits.picture()) * Limits.PICTURE_ROOM
          < 1) {
        return Optional.of(
            new Refusal(
                Refusal.Cause.QUALITY,
                "looks inverted, black for white, beside the images that this model has learned from"));
      }
    }
    if (picture > 1) {
      return Optional.of(
          outside(
              "unlike the images that this model has learned from: "
                  + features.picture().map(reference::oddest).orElse(""),
              picture));
    }
    if (texture > 1) {
      return Optional.of(
          outside("another kind of image than this model has learned from", texture));
    }
    return Optional.of(
        content > 1
            ? outside(
                "shows something else than the images that this model has learned from", content)
            : new Refusal(
                Refusal.Cause.OUT_OF_DISTRIBUTION,
                "unlike the images that this model has learned from in several respects at once"));
  }

  /** What needs no training images to be seen. */
  private Optional<Refusal> atSight(PictureFacts facts) {
    if (limits.atSight() && facts.blank()) {
      return Optional.of(
          new Refusal(Refusal.Cause.QUALITY, "blank: all of it is of nearly one brightness"));
    }
    if (limits.atSight() && facts.noise()) {
      return Optional.of(new Refusal(Refusal.Cause.QUALITY, "noise without a picture"));
    }
    return limits
        .modality()
        .flatMap(
            reads ->
                PictureKinds.shipped()
                    .recognise(facts)
                    .filter(kind -> kind != reads)
                    .map(
                        kind ->
                            new Refusal(
                                Refusal.Cause.OUT_OF_DISTRIBUTION,
                                "looks like %s; this model reads %s"
                                    .formatted(words(kind, true), words(reads, false)))));
  }

  private static String words(Modality modality, boolean one) {
    return switch (modality) {
      case MG -> one ? "a mammogram" : "mammograms";
      case US -> one ? "an ultrasound image" : "ultrasound";
    };
  }

  private static Refusal outside(String what, double over) {
    return new Refusal(
        Refusal.Cause.OUT_OF_DISTRIBUTION,
        Double.isInfinite(over)
            ? what
            : "%s (%s of the limit)"
                .formatted(what, String.format(Locale.ROOT, "%.0f%%", 100 * over)));
  }

  private static GreyImage inverted(GreyImage image) {
    float[] pixels = image.pixels().clone();
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = 1 - pixels[i];
    }
    return new GreyImage(image.height(), image.width(), pixels);
  }
}
