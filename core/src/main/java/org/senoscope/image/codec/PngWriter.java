package org.senoscope.image.codec;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/** Writes PNGs of 8 or 16 bits, grey or RGB. The same samples give the same bytes. */
public final class PngWriter {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

  private PngWriter() {}

  /**
   * Writes one image of 8 bits; the stream stays open.
   *
   * @param samples row by row, {@code height * width * channels} values
   * @param channels 1 for grey, 3 for RGB
   */
  public static void write(OutputStream out, int height, int width, int channels, byte[] samples)
      throws IOException {
    write(out, height, width, channels, 8, samples);
  }

  /**
   * Writes one image; the stream stays open.
   *
   * @param channels 1 for grey, 3 for RGB
   * @param bits 8 or 16
   * @param samples row by row, {@code height * width * channels} values; of 16 bits the higher byte
   *     first
   */
  public static void write(
      OutputStream out, int height, int width, int channels, int bits, byte[] samples)
      throws IOException {
    int pixelBytes = channels * bits / 8;
    if ((channels != 1 && channels != 3)
        || (bits != 8 && bits != 16)
        || (long) height * width * pixelBytes != samples.length) {
      throw new IllegalArgumentException(
          "%d × %d pixels of 1 or 3 channels and 8 or 16 bits, was %d channels, %d bits, %d bytes"
              .formatted(height, width, channels, bits, samples.length));
    }
    DataOutputStream data = new DataOutputStream(out);
    data.write(SIGNATURE);
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    DataOutputStream fields = new DataOutputStream(header);
    fields.writeInt(width);
    fields.writeInt(height);
    fields.write(new byte[] {(byte) bits, (byte) (channels == 1 ? 0 : 2), 0, 0, 0});
    chunk(data, "IHDR", header.toByteArray());
    chunk(data, "IDAT", pack(width * pixelBytes, pixelBytes, samples));
    chunk(data, "IEND", new byte[0]);
    data.flush();
  }

  /** Each row as the difference to the pixel on its left, or to the row above where smaller. */
  private static byte[] pack(int rowBytes, int pixelBytes, byte[] samples) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream(samples.length / 2 + 64);
    byte[] left = new byte[rowBytes + 1];
    byte[] up = new byte[rowBytes + 1];
    left[0] = 1;
    up[0] = 2;
    try (Deflater deflater = new Deflater(6);
        DeflaterOutputStream out = new DeflaterOutputStream(packed, deflater, 1 << 14)) {
      for (int begin = 0; begin < samples.length; begin += rowBytes) {
        long leftSum = 0;
        long upSum = 0;
        for (int i = 0; i < rowBytes; i++) {
          int value = samples[begin + i];
          byte leftwards = (byte) (value - (i < pixelBytes ? 0 : samples[begin + i - pixelBytes]));
          byte upwards = (byte) (value - (begin == 0 ? 0 : samples[begin + i - rowBytes]));
          left[i + 1] = leftwards;
          up[i + 1] = upwards;
          leftSum += Math.abs(leftwards);
          upSum += Math.abs(upwards);
        }
        out.write(upSum < leftSum ? up : left);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Memory can always be written to", e);
    }
    return packed.toByteArray();
  }

  private static void chunk(DataOutputStream out, String type, byte[] content) throws IOException {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    CRC32 crc = new CRC32();
    crc.update(name);
    crc.update(content);
    out.writeInt(content.length);
    out.write(name);
    out.write(content);
    out.writeInt((int) crc.getValue());
  }
}
