package org.senoscope.dataset.importer.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.senoscope.study.Laterality;
import org.senoscope.study.Roi;

class MiasFilmTest {
  private static MiasFilm film(String reference, String... rows) {
    return new MiasFilm(
        reference, Stream.of(rows).map(row -> MiasFilm.row(reference + " " + row)).toList());
  }

  @Test
  void theMostSevereRowDecidesAndOfTheseTheLargest() {
    MiasFilm film =
        film(
            "mdb010", "D CIRC B 1 1 90", "D CALC M 5 5 10", "D SPIC M 5 5 20", "D MISC M *NOTE 3*");
    assertThat(film.pathology()).isEqualTo("malignant");
    assertThat(film.abnormality()).isEqualTo("SPIC");
    assertThat(film.tissue()).isEqualTo("D");
    assertThat(film("mdb010", "D CIRC B 1 1 9", "D CALC B 1 1 9").abnormality()).isEqualTo("CIRC");
  }

  @ParameterizedTest
  @CsvSource({"G NORM,normal,NORM", "F CIRC B,benign,CIRC", "D CALC M *NOTE 3* ,malignant,CALC"})
  void rowsWithoutCoordinatesAreLabelledAndNotMarked(
      String row, String pathology, String abnormality) {
    MiasFilm film = film("mdb059", row);
    assertThat(film.pathology()).isEqualTo(pathology);
    assertThat(film.abnormality()).isEqualTo(abnormality);
    assertThat(film.on(1024, 1024).mask()).isEmpty();
    assertThat(film.on(1024, 1024).regions()).isEmpty();
  }

  @Test
  void heightCountsFromTheBottom() {
    var lesions = film("mdb001", "G CIRC B 100 24 10").on(1024, 1024);
    assertThat(lesions.regions()).containsExactly(new Roi(989, 90, 1010, 111));
    assertThat(lesions.mask().orElseThrow().contains(1023 - 24, 100)).isTrue();
  }

  @Test
  void everyCircleOfAFilmIsKept() {
    var lesions = film("mdb005", "F CIRC B 477 133 30", "F CIRC B 100 168 26").on(1024, 1024);
    assertThat(lesions.regions()).hasSize(2);
    assertThat(lesions.mask().orElseThrow().contains(1023 - 168, 100)).isTrue();
    assertThat(lesions.mask().orElseThrow().contains(1023 - 133, 477)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"mdb001,mias-001,R", "mdb002,mias-001,L", "mdb321,mias-161,R", "mdb322,mias-161,L"})
  void aPairIsOnePatientEvenNumbersBeingLeft(String reference, String patient, Laterality side) {
    assertThat(film(reference, "G NORM").patient()).isEqualTo(patient);
    assertThat(film(reference, "G NORM").laterality()).isEqualTo(side);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mdb001",
        "mdb001 G",
        "mdb001 X NORM",
        "mdb001 G CIRC",
        "mdb001 G NORM B",
        "mdb001 G CIRC B 1 2",
        "mdb001 G CIRC B 1 2 x",
        "mdb001 G CIRC B 1 2 3 4"
      })
  void aFaultyRowIsRefused(String row) {
    assertThatThrownBy(() -> MiasFilm.row(row))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("needs");
  }

  @Test
  void aFilmNeedsARow() {
    assertThatThrownBy(() -> new MiasFilm("mdb001", List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
