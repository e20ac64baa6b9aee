package org.senoscope.image.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.senoscope.image.Box;
import org.senoscope.image.GoldenImages;
import org.senoscope.image.GreyImage;
import org.senoscope.image.Orientation;
import org.senoscope.image.SyntheticFilm;
import org.senoscope.image.film.Breast;
import org.senoscope.study.Marks;
import org.senoscope.study.Roi;
import org.senoscope.work.InputException;

class CropTest {
  private static Marks mark(int top, int left, int bottom, int right) {
    return Marks.of(List.of(new Roi(top, left, bottom, right)));
  }

  private static CropRoi roi(double margin) {
    return new CropRoi(margin, .5, OptionalInt.empty());
  }

  private static CropRoi window(int side) {
    return new CropRoi(0, .5, OptionalInt.of(side));
  }

  @Test
  void theMarkItselfIsCutOut() {
    GreyImage image = GoldenImages.noise(60, 80, 1);
    GreyImage cut = roi(0).apply(Prepared.of(image, mark(10, 20, 25, 50))).image();
    assertThat(cut.pixels()).isEqualTo(new Box(10, 20, 15, 30).cut(image).pixels());
    GreyImage wider = roi(.5).apply(Prepared.of(image, mark(10, 20, 25, 50))).image();
    // 15 on each side, and the image ends above.
    assertThat(wider.pixels()).isEqualTo(new Box(0, 5, 40, 60).cut(image).pixels());
  }

  @Test
  void ofSeveralMarksTheLargestIsTaken() {
    GreyImage image = GoldenImages.noise(60, 80, 2);
    Marks marks =
        Marks.of(List.of(new Roi(0, 0, 5, 5), new Roi(30, 30, 40, 45), new Roi(30, 50, 45, 60)));
    assertThat(roi(0).apply(Prepared.of(image, marks)).image().pixels())
        .isEqualTo(new Box(30, 30, 10, 15).cut(image).pixels());
  }

  @Test
  void aMarkIsFollowedThroughTheStepsBefore() {
    SyntheticFilm film = SyntheticFilm.craniocaudal(200, 150);
    GreyImage image = film.image();
    GreyImage mirror = Orientation.MIRRORED.apply(image);
    Preprocessing steps =
        new Preprocessing(
            List.of(new RemoveLabels(), new Orient(Orient.Side.LEFT), new CropBreast(0), roi(0)));
    GreyImage cut = steps.prepare(image, mark(100, 30, 130, 70)).image();
    assertThat(cut.pixels())
        .isEqualTo(new Box(100, 30, 30, 40).cut(new RemoveLabels().apply(image)).pixels());
    assertThat(steps.prepare(mirror, mark(100, 80, 130, 120)).image().pixels())
        .isEqualTo(cut.pixels());
  }

  @Test
  void aMarkBeyondTheImageIsRefusedWithItsPlace() {
    assertThatThrownBy(
            () -> roi(0).apply(Prepared.of(GoldenImages.noise(60, 80, 1), mark(70, 1, 90, 9))))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("the mark 70:1:90:9 lies outside")
        .hasMessageContaining("60 × 80");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 30, 64, 149, 150, 151, 400})
  void aWindowCutsFilmsWithAndWithoutAMarkAlike(int side) {
    GreyImage image = SyntheticFilm.oblique(200, 150).image();
    for (Marks marks : List.of(Marks.NONE, mark(0, 0, 9, 9), mark(190, 120, 199, 149))) {
      GreyImage cut = window(side).apply(Prepared.of(image, marks)).image();
      assertThat(cut.height()).isEqualTo(side);
      assertThat(cut.width()).isEqualTo(side);
    }
  }

  @Test
  void aWindowLiesAroundTheMarksMiddleAndStaysInTheFilm() {
    GreyImage image = GoldenImages.noise(100, 100, 3);
    assertThat(window(20).apply(Prepared.of(image, mark(40, 50, 60, 60))).image().pixels())
        .isEqualTo(new Box(40, 45, 20, 20).cut(image).pixels());
    assertThat(window(20).apply(Prepared.of(image, mark(0, 96, 2, 100))).image().pixels())
        .isEqualTo(new Box(0, 80, 20, 20).cut(image).pixels());
    GreyImage beyond = window(120).apply(Prepared.of(image, Marks.NONE)).image();
    assertThat(new Box(10, 10, 100, 100).cut(beyond).pixels()).isEqualTo(image.pixels());
    assertThat(beyond.at(9, 60)).isZero();
  }

  @Test
  void withoutAMarkTheMiddleOfTheBreastIsCutOut() {
    GreyImage image = SyntheticFilm.craniocaudal(300, 240).image();
    Breast breast = Breast.of(image);
    Prepared film = roi(0).apply(Prepared.of(image, Marks.NONE));
    Prepared centre = new CropCentre(.5).apply(Prepared.of(image, Marks.UNKNOWN));
    assertThat(film.image().pixels()).isEqualTo(centre.image().pixels());
    assertThat((double) film.image().height())
        .isEqualTo(breast.box().height() / 2.0, within(.5001));
    assertThat(film.geometry().rows().of(breast.middleRow()))
        .isEqualTo(film.image().height() / 2.0, within(.51));
    assertThat(film.geometry().columns().of(breast.middleColumn()))
        .isEqualTo(film.image().width() / 2.0, within(.51));
  }

  @ParameterizedTest
  @CsvSource({"160,120,0", "160,120,.05", "501,400,.02", "333,255,1"})
  void theBreastsBoxHoldsAllOfTheBreast(int height, int width, double margin) {
    GreyImage image = SyntheticFilm.framed(height, width).image();
    Breast breast = Breast.of(image);
    Prepared film = new CropBreast(margin).apply(Prepared.of(image, Marks.NONE));
    double inside = 0;
    double before = 0;
    for (int i = 0; i < image.pixels().length; i++) {
      before += breast.has(i) ? image.pixels()[i] : 0;
    }
    GreyImage alone = breast.alone(image);
    int top = (int) -film.geometry().rows().shift();
    int left = (int) -film.geometry().columns().shift();
    for (int row = 0; row < film.image().height(); row++) {
      for (int column = 0; column < film.image().width(); column++) {
        inside += alone.at(top + row, left + column);
      }
    }
    assertThat(inside).isEqualTo(before, within(1e-6 * before));
  }

  @Test
  void croppingToTheBreastAgainChangesLittle() {
    GreyImage once = new CropBreast(0).apply(SyntheticFilm.craniocaudal(600, 480).image());
    GreyImage twice = new CropBreast(0).apply(once);
    assertThat(once.height() - twice.height()).isBetween(0, 6);
    assertThat(once.width() - twice.width()).isBetween(0, 6);
  }

  @ParameterizedTest
  @CsvSource({"160,120", "333,255"})
  void mirroringBeforeIsMirroringAfter(int height, int width) {
    GreyImage image = SyntheticFilm.oblique(height, width).image();
    GreyImage mirror = Orientation.MIRRORED.apply(image);
    for (Step step : List.of(new CropBreast(.03), new RemoveLabels(), new RemovePectoral())) {
      assertThat(step.apply(mirror).pixels())
          .isEqualTo(Orientation.MIRRORED.apply(step.apply(image)).pixels());
    }
  }

  @ParameterizedTest
  @CsvSource({"160,120", "333,255", "500,500"})
  void orientationIsTheSameFromEitherSideAndTwiceIsOnce(int height, int width) {
    GreyImage image = SyntheticFilm.oblique(height, width).image();
    GreyImage mirror = Orientation.MIRRORED.apply(image);
    Orient left = new Orient(Orient.Side.LEFT);
    assertThat(left.apply(mirror).pixels()).isEqualTo(left.apply(image).pixels());
    assertThat(left.apply(image)).isSameAs(image);
    assertThat(new Orient(Orient.Side.RIGHT).apply(image).pixels()).isEqualTo(mirror.pixels());
    GreyImage once = left.apply(mirror);
    assertThat(left.apply(once)).isSameAs(once);
  }

  @Test
  void labelsAreRemovedOnceAndForAll() {
    GreyImage once = new RemoveLabels().apply(SyntheticFilm.framed(600, 480).image());
    GreyImage twice = new RemoveLabels().apply(once);
    int changed = 0;
    for (int i = 0; i < once.pixels().length; i++) {
      changed += once.pixels()[i] == twice.pixels()[i] ? 0 : 1;
    }
    assertThat(changed).isLessThan(once.pixels().length / 500);
  }

  @Test
  void anImageWithoutAirIsNotCropped() {
    float[] grey = new float[50 * 40];
    Arrays.fill(grey, .5f);
    GreyImage image = new GreyImage(50, 40, grey);
    assertThat(new CropBreast(0).apply(image)).isSameAs(image);
    assertThat(new Orient(Orient.Side.RIGHT).apply(image)).isSameAs(image);
    assertThat(new RemoveLabels().apply(image)).isSameAs(image);
  }
}
