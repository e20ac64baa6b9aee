package org.senoscope.npy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.senoscope.work.InputException;

/**
 * The head of a NumPy array file (NEP 1, versions 1 to 3). After reading it, the stream stands at
 * the first value.
 *
 * @param type NumPy's, such as {@code |u1} or {@code <i8}
 * @param shape lengths of the axes, the last one changing fastest
 */
public record NpyHeader(String type, List<Integer> shape) {
  private static final Pattern TYPE = Pattern.compile("'descr'\\s*:\\s*'([^']{1,8})'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([\\d\\s,L]*)\\)");

  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};

  /** NumPy aligns the first value so. */
  private static final int ALIGNMENT = 64;

  public NpyHeader {
    shape = List.copyOf(shape);
  }

  /**
   * Reads the head.
   *
   * @throws InputException naming {@code what} when it is no array of C order
   */
  public static NpyHeader read(InputStream in, String what) throws IOException {
    try {
      DataInputStream data = new DataInputStream(in);
      byte[] magic = new byte[8];
      data.readFully(magic);
      if (!new String(magic, 0, 6, StandardCharsets.ISO_8859_1).equals("\u0093NUMPY")) {
        throw new InputException("%s is not a NumPy array file (.npy)".formatted(what));
      }
      int length =
          magic[6] == 1
              ? Short.toUnsignedInt(Short.reverseBytes(data.readShort()))
              : Integer.reverseBytes(data.readInt());
      if (length < 0 || length > 1 << 16) {
        throw new InputException("%s: its head says %d bytes".formatted(what, length));
      }
      byte[] head = new byte[length];
      data.readFully(head);
      return parse(new String(head, StandardCharsets.ISO_8859_1), what);
    } catch (EOFException e) {
      throw new InputException("%s ends within its head; fetch it anew".formatted(what), e);
    }
  }

  /** Writes the head of a version-1 file in C order, so that the first value follows it. */
  public void write(OutputStream out) throws IOException {
    StringBuilder axes = new StringBuilder();
    shape.forEach(length -> axes.append(length).append(", "));
    String text =
        "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }"
            .formatted(type, shape.size() == 1 ? shape.getFirst() + "," : axes.toString().strip());
    int begin = MAGIC.length + Short.BYTES;
    int end = (begin + text.length() + 1 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    byte[] head = (text + " ".repeat(end - begin - text.length() - 1) + "\n").getBytes(US_ASCII);
    out.write(MAGIC);
    out.write(new byte[] {(byte) head.length, (byte) (head.length >> 8)});
    out.write(head);
  }

  private static NpyHeader parse(String head, String what) {
    Matcher type = TYPE.matcher(head);
    Matcher order = ORDER.matcher(head);
    Matcher shape = SHAPE.matcher(head);
    if (!type.find() || !order.find() || !shape.find()) {
      throw new InputException(
          "%s: its head must name a plain type, an order and a shape".formatted(what));
    }
    if (order.group(1).equals("True")) {
      throw new InputException(
          "%s is in Fortran order; save it with numpy.ascontiguousarray".formatted(what));
    }
    List<Integer> lengths = new ArrayList<>();
    for (String length : shape.group(1).replace("L", "").split(",", -1)) {
      if (!length.isBlank()) {
        try {
          lengths.add(Integer.parseInt(length.strip()));
        } catch (NumberFormatException e) {
          throw new InputException("%s: an axis of %s".formatted(what, length.strip()), e);
        }
      }
    }
    return new NpyHeader(type.group(1), lengths);
  }
}
