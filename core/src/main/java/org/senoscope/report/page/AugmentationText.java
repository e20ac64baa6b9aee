package org.senoscope.report.page;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.senoscope.train.Augmentation;

/** Augmentation in words. */
public final class AugmentationText {
  private AugmentationText() {}

  /** One sentence, which names what changes at all. */
  public static String of(Augmentation augmentation) {
    List<String> changes = new ArrayList<>();
    if (augmentation.quarterTurns()) {
      changes.add("quarter turns");
    }
    if (augmentation.flip() > 0) {
      changes.add("left-right mirroring (probability %s)".formatted(plain(augmentation.flip())));
    }
    if (augmentation.flipVertical() > 0) {
      changes.add(
          "top-bottom mirroring (probability %s)".formatted(plain(augmentation.flipVertical())));
    }
    if (augmentation.rotation() > 0) {
      changes.add("rotation by up to %s°".formatted(plain(augmentation.rotation())));
    }
    if (isRange(augmentation.scaleLow(), augmentation.scaleHigh())) {
      changes.add(
          "magnification %s to %s"
              .formatted(plain(augmentation.scaleLow()), plain(augmentation.scaleHigh())));
    }
    if (augmentation.shift() > 0) {
      changes.add("shifts by up to %s of the side".formatted(plain(augmentation.shift())));
    }
    if (isRange(augmentation.gammaLow(), augmentation.gammaHigh())) {
      changes.add(
          "gamma %s to %s"
              .formatted(plain(augmentation.gammaLow()), plain(augmentation.gammaHigh())));
    }
    if (augmentation.brightness() > 0) {
      changes.add("brightness by up to ±%s".formatted(plain(augmentation.brightness())));
    }
    if (augmentation.contrast() > 0) {
      changes.add("contrast by up to ±%s".formatted(plain(augmentation.contrast())));
    }
    return changes.isEmpty()
        ? "Training images were not augmented."
        : "Training images were augmented at random: %s.".formatted(String.join(", ", changes));
  }

  /** Whether it changes anything: a range of the point 1 does not. */
  private static boolean isRange(double low, double high) {
    return low != 1 || high != 1;
  }

  private static String plain(double number) {
    return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
  }
}
