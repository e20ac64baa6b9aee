package org.senoscope.packaging;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a program or library asks of other libraries, from its dynamic section (System V ABI, 64
 * bits, little-endian).
 *
 * @param name that other files ask for it by ({@code DT_SONAME}); empty where it has none
 * @param needed the libraries that it must find, such as {@code libm.so.6}
 * @param versions by library those of its versions that it must find, such as {@code GLIBC_2.27}
 */
record ElfFile(
    String name, SortedSet<String> needed, SortedMap<String, SortedSet<String>> versions) {
  private static final int MAGIC = 0x464c457f; // 0x7f, "ELF"
  private static final byte BITS_64 = 2;
  private static final byte LITTLE_ENDIAN = 1;
  private static final int HEADER = 64;
  private static final int DYNAMIC = 6;
  private static final int VERSIONS_NEEDED = 0x6ffffffe;
  private static final int NEEDED = 1;
  private static final int SONAME = 14;

  /** Reads a file; empty where it is no such program or library. */
  static Optional<ElfFile> read(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      if (channel.size() < HEADER || channel.size() > Integer.MAX_VALUE) {
        return Optional.empty();
      }
      ByteBuffer bytes =
          channel
              .map(FileChannel.MapMode.READ_ONLY, 0, channel.size())
              .order(ByteOrder.LITTLE_ENDIAN);
      if (bytes.getInt(0) != MAGIC || bytes.get(4) != BITS_64 || bytes.get(5) != LITTLE_ENDIAN) {
        return Optional.empty();
      }
      return Optional.of(new Reader(bytes).read());
    } catch (IndexOutOfBoundsException e) {
      throw new IOException("%s is a damaged library".formatted(file), e);
    }
  }

  private static final class Reader {
    private final ByteBuffer bytes;
    private final int sections;
    private final int sectionSize;
    private final int sectionCount;

    private final SortedSet<String> needed = new TreeSet<>();
    private final SortedMap<String, SortedSet<String>> versions = new TreeMap<>();
    private String name = "";

    Reader(ByteBuffer bytes) {
      this.bytes = bytes;
      sections = (int) bytes.getLong(0x28);
      sectionSize = bytes.getShort(0x3a);
      sectionCount = bytes.getShort(0x3c);
    }

    ElfFile read() {
      for (int i = 0; i < sectionCount; i++) {
        int section = sections + i * sectionSize;
        int type = bytes.getInt(section + 4);
        if (type == DYNAMIC) {
          readDynamic(section);
        } else if (type == VERSIONS_NEEDED) {
          readVersions(section);
        }
      }
      return new ElfFile(name, needed, versions);
    }

    private void readDynamic(int section) {
      int strings = strings(section);
      int at = offset(section);
      for (int end = at + (int) bytes.getLong(section + 0x20); at < end; at += 16) {
        long tag = bytes.getLong(at);
        if (tag == NEEDED) {
          needed.add(text(strings + (int) bytes.getLong(at + 8)));
        } else if (tag == SONAME) {
          name = text(strings + (int) bytes.getLong(at + 8));
        }
      }
    }

    /** A list of libraries, each with its list of versions, linked by distances. */
    private void readVersions(int section) {
      int strings = strings(section);
      int library = offset(section);
      for (int left = bytes.getInt(section + 0x2c); left > 0; left--) {
        SortedSet<String> wanted =
            versions.computeIfAbsent(
                text(strings + bytes.getInt(library + 4)), _ -> new TreeSet<>());
        int version = library + bytes.getInt(library + 8);
        for (int of = bytes.getShort(library + 2); of > 0; of--) {
          wanted.add(text(strings + bytes.getInt(version + 8)));
          version += bytes.getInt(version + 12);
        }
        library += bytes.getInt(library + 12);
      }
    }

    /** Where the text of a section's names begins. */
    private int strings(int section) {
      return offset(sections + bytes.getInt(section + 0x28) * sectionSize);
    }

    private int offset(int section) {
      return (int) bytes.getLong(section + 0x18);
    }

    private String text(int at) {
      int end = at;
      while (bytes.get(end) != 0) {
        end++;
      }
      byte[] text = new byte[end - at];
      bytes.get(at, text);
      return new String(text, StandardCharsets.UTF_8);
    }
  }
}
