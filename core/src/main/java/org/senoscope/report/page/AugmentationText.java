package org.senoscope.report.page;

import java.util.ArrayList;
import java.util.List;
import org.senoscope.train.Acquisition;
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
      changes.add(
          "left-right mirroring (probability %s)".formatted(Numbers.plain(augmentation.flip())));
    }
    if (augmentation.flipVertical() > 0) {
      changes.add(
          "top-bottom mirroring (probability %s)"
              .formatted(Numbers.plain(augmentation.flipVertical())));
    }
    if (augmentation.rotation() > 0) {
      changes.add("rotation by up to %s°".formatted(Numbers.plain(augmentation.rotation())));
    }
    if (isRange(augmentation.scaleLow(), augmentation.scaleHigh())) {
      changes.add(
          "magnification %s to %s"
              .formatted(
                  Numbers.plain(augmentation.scaleLow()), Numbers.plain(augmentation.scaleHigh())));
    }
    if (augmentation.shift() > 0) {
      changes.add("shifts by up to %s of the side".formatted(Numbers.plain(augmentation.shift())));
    }
    if (isRange(augmentation.gammaLow(), augmentation.gammaHigh())) {
      changes.add(
          "gamma %s to %s"
              .formatted(
                  Numbers.plain(augmentation.gammaLow()), Numbers.plain(augmentation.gammaHigh())));
    }
    if (augmentation.brightness() > 0) {
      changes.add("brightness by up to ±%s".formatted(Numbers.plain(augmentation.brightness())));
    }
    if (augmentation.contrast() > 0) {
      changes.add("contrast by up to ±%s".formatted(Numbers.plain(augmentation.contrast())));
    }
    Acquisition machine = augmentation.acquisition();
    if (machine.speckle() > 0) {
      changes.add(
          "speckle of up to %s of the brightness".formatted(Numbers.plain(machine.speckle())));
    }
    if (machine.depthGain() > 0) {
      changes.add(
          "gain over the depth by up to ±%s at the edges"
              .formatted(Numbers.plain(machine.depthGain())));
    }
    if (machine.shadow() > 0) {
      changes.add("acoustic shadows (probability %s)".formatted(Numbers.plain(machine.shadow())));
    }
    if (machine.blur() > 0) {
      changes.add("blur of up to %s pixels".formatted(Numbers.plain(machine.blur())));
    }
    return changes.isEmpty()
        ? "Training images were not augmented."
        : "Training images were augmented at random: %s.".formatted(String.join(", ", changes));
  }

  /** Whether it changes anything: a range of the point 1 does not. */
  private static boolean isRange(double low, double high) {
    return low != 1 || high != 1;
  }
}
