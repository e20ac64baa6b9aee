package org.senoscope.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageFilesTest {
  static List<String> golden() throws IOException {
    return GoldenImages.names();
  }

  @Test
  void thereAreManyGoldenImages() throws IOException {
    assertThat(golden()).hasSizeGreaterThan(35);
  }

  @ParameterizedTest
  @MethodSource("golden")
  void readsWhatPillowReads(String file) throws IOException {
    GreyImage expected = GoldenImages.expected(file.substring(0, file.lastIndexOf('.')));
    GreyImage read = ImageFiles.read(GoldenImages.folder().resolve(file));
    // Two decoders of JPEG may round differently; 16 bits were rounded to 8 for the golden file.
    double allowed = file.endsWith(".jpg") ? 2 : file.contains("16") ? .501 : 1e-4;
    assertThat(GoldenImages.difference(read, expected)).isLessThanOrEqualTo(allowed);
  }

  @Test
  void sixteenBitsAreNotRoundedToEight() throws IOException {
    GreyImage png = ImageFiles.read(GoldenImages.folder().resolve("grey16.png"));
    assertThat(png.pixels())
        .isEqualTo(ImageFiles.read(GoldenImages.folder().resolve("pgm16.pgm")).pixels())
        .isEqualTo(ImageFiles.read(GoldenImages.folder().resolve("tiff16.tif")).pixels());
    int beyond8 = 0;
    for (float pixel : png.pixels()) {
      beyond8 += Math.abs(pixel * 255 - Math.rint(pixel * 255)) > .01 ? 1 : 0;
    }
    assertThat(beyond8).isGreaterThan(100);
  }

  @ParameterizedTest
  @MethodSource("golden")
  void aFileCutShortIsRefusedAndNeverHalfRead(String file) throws IOException {
    byte[] whole = Files.readAllBytes(GoldenImages.folder().resolve(file));
    for (int length :
        new int[] {0, 1, 2, 8, 20, 40, whole.length / 3, whole.length / 2, whole.length * 9 / 10}) {
      byte[] cut = Arrays.copyOf(whole, length);
      if (file.startsWith("gif") || file.startsWith("tiff-pages")) {
        continue; // the first frame may be whole before the cut
      }
      assertThatThrownBy(() -> ImageFiles.read(cut, file))
          .as("%s cut to %d bytes", file, length)
          .isInstanceOf(UnreadableImageException.class)
          .message()
          .isNotBlank()
          .doesNotContain("\n", "null", file);
    }
  }

  @ParameterizedTest
  @MethodSource("golden")
  void damagedBytesGiveAnImageOrAReasonButNothingElse(String file) throws IOException {
    byte[] whole = Files.readAllBytes(GoldenImages.folder().resolve(file));
    ImageLimits limits = new ImageLimits(1 << 20, 1_000_000, 1);
    for (int seed = 0; seed < 60; seed++) {
      Random random = new Random(seed);
      byte[] damaged = whole.clone();
      for (int i = 0; i <= seed % 5; i++) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      try {
        GreyImage image = ImageFiles.read(damaged, file, limits);
        assertThat(image.pixels()).hasSize(image.height() * image.width());
      } catch (UnreadableImageException e) {
        assertThat(e).message().isNotBlank();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"grey8-filters.png", "rgb8-filters.png", "grey16.png"})
  void aDamagedPngIsFound(String file) throws IOException {
    byte[] whole = Files.readAllBytes(GoldenImages.folder().resolve(file));
    for (int at = whole.length / 2; at < whole.length - 20; at += 7) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 1;
      assertThatThrownBy(() -> ImageFiles.read(damaged, file))
          .isInstanceOf(UnreadableImageException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "pgm", "jpg", "bmp", "gif", "tif"})
  void aHeaderOf60000By60000IsRefusedBeforePixelsAreRead(String format) {
    assertThatThrownBy(() -> ImageFiles.read(HugeHeaders.of(format), "huge." + format))
        .isInstanceOf(UnreadableImageException.class)
        .hasMessageContaining("60000 × 60000")
        .hasMessageContaining("at most 100 megapixels");
  }

  @Test
  void aPngThatPromisesMorePixelsThanItsBytesCanHoldIsRefusedBeforeMakingRoom() {
    assertThatThrownBy(() -> ImageFiles.read(HugeHeaders.png(9000, 9000), "bomb.png"))
        .hasMessageContaining("truncated");
  }

  @Test
  void anImageBelowTheSmallestSideIsRefused() throws IOException {
    byte[] bytes = Files.readAllBytes(GoldenImages.folder().resolve("source.png"));
    assertThatThrownBy(() -> ImageFiles.read(bytes, "x.png", ImageLimits.DEFAULT.withSide(20)))
        .hasMessage("too small: 19 × 27 pixels (height × width), each side must have at least 20");
  }

  @Test
  void aFileAboveTheByteLimitIsNotRead(@TempDir Path folder) throws IOException {
    Path file = Files.write(folder.resolve("x.png"), new byte[11]);
    assertThatThrownBy(() -> ImageFiles.read(file, new ImageLimits(10, 100, 1)))
        .hasMessage("too large: 11 bytes, at most 10 are read");
  }

  @Test
  void whatIsNoImageIsSaidInAPhrase(@TempDir Path folder) throws IOException {
    Path text = Files.writeString(folder.resolve("note.txt"), "a report of some length, in words");
    assertThatThrownBy(() -> ImageFiles.read(text))
        .hasMessageStartingWith("not an image: its name ends in .txt");
    assertThatThrownBy(() -> ImageFiles.read(new byte[0], "x.png")).hasMessage("empty file");
    byte[] dicom = new byte[200];
    System.arraycopy("DICM".getBytes(StandardCharsets.US_ASCII), 0, dicom, 128, 4);
    assertThatThrownBy(() -> ImageFiles.read(dicom, "IM0001"))
        .hasMessageStartingWith("not an image: a DICOM file");
    assertThatThrownBy(() -> ImageFiles.read(folder)).hasMessage("not an ordinary file");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void whatIsWrittenIsReadAgain(long seed) throws IOException {
    GreyImage image = GoldenImages.noise(17, 23, seed);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageFiles.writePng(image, out);
    GreyImage read = ImageFiles.read(out.toByteArray(), "x.png");
    assertThat(GoldenImages.difference(image, read)).isLessThanOrEqualTo(.501);
    ByteArrayOutputStream again = new ByteArrayOutputStream();
    ImageFiles.writePng(read, again);
    assertThat(again.toByteArray()).isEqualTo(out.toByteArray());
    assertThat(javax.imageio.ImageIO.read(new java.io.ByteArrayInputStream(out.toByteArray())))
        .as("the JDK reads it too")
        .satisfies(
            theirs ->
                assertThat(theirs.getRaster().getSample(5, 4, 0) / 255f).isEqualTo(read.at(4, 5)));
  }

  /** Files that are nothing but a header that says 60,000 × 60,000 pixels. */
  private static final class HugeHeaders {
    static byte[] of(String format) {
      return switch (format) {
        case "png" -> png(60_000, 60_000);
        case "pgm" -> "P5\n60000 60000\n255\n".getBytes(StandardCharsets.US_ASCII);
        case "jpg" ->
            hex(
                "FFD8 FFE0 0010 4A464946 00 0101 00 0001 0001 00 00"
                    + " FFC0 000B 08 EA60 EA60 01 01 11 00 FFDA 0008 01 01 00 00 3F 00 00 FFD9");
        case "bmp" ->
            hex(
                "424D 36000000 00000000 36000000 28000000 60EA0000 60EA0000 0100 1800 00000000"
                    + " 00000000 00000000 00000000 00000000 00000000 00000000");
        case "gif" ->
            hex(
                "474946383961 60EA 60EA 80 00 00 000000 FFFFFF 2C 0000 0000 60EA 60EA 00"
                    + " 02 02 4401 00 3B");
        default ->
            hex(
                "4949 2A00 08000000 0800"
                    + " 0001 0400 01000000 60EA0000 0101 0400 01000000 60EA0000"
                    + " 0201 0300 01000000 08000000 0301 0300 01000000 01000000"
                    + " 0601 0300 01000000 01000000 1101 0400 01000000 08000000"
                    + " 1501 0300 01000000 01000000 1701 0400 01000000 08000000 00000000");
      };
    }

    static byte[] png(int height, int width) {
      ByteBuffer out = ByteBuffer.allocate(100);
      out.put(hex("89504E470D0A1A0A"));
      byte[] header =
          ByteBuffer.allocate(13).putInt(width).putInt(height).put(hex("0800000000")).array();
      chunk(out, "IHDR", header);
      chunk(out, "IDAT", hex("789C6360000000020001"));
      chunk(out, "IEND", new byte[0]);
      return Arrays.copyOf(out.array(), out.position());
    }

    private static void chunk(ByteBuffer out, String type, byte[] content) {
      CRC32 crc = new CRC32();
      crc.update(type.getBytes(StandardCharsets.US_ASCII));
      crc.update(content);
      out.putInt(content.length).put(type.getBytes(StandardCharsets.US_ASCII)).put(content);
      out.putInt((int) crc.getValue());
    }

    private static byte[] hex(String text) {
      return java.util.HexFormat.of().parseHex(text.replace(" ", ""));
    }
  }
}
