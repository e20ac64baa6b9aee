package org.senoscope.packaging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What the libraries of a folder need of the machine that they come to.
 *
 * @param libraries that are not in the folder
 * @param versions the newest version of each of their interfaces, such as {@code GLIBC_2.27}
 */
record SystemNeeds(SortedSet<String> libraries, SortedSet<String> versions) {
  /** What every Linux with glibc and a C++ program has. */
  static final Set<String> USUAL =
      Set.of(
          "ld-linux-x86-64.so.2",
          "libc.so.6",
          "libdl.so.2",
          "libgcc_s.so.1",
          "libm.so.6",
          "libpthread.so.0",
          "librt.so.1",
          "libstdc++.so.6");

  /** Reads every program and library of a folder. */
  static SystemNeeds of(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> paths = Files.walk(folder)) {
      files = paths.filter(path -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)).toList();
    }
    SortedSet<String> needed = new TreeSet<>();
    SortedMap<String, SortedSet<String>> versions = new TreeMap<>();
    Set<String> here = new TreeSet<>();
    for (Path file : files) {
      Optional<ElfFile> elf = ElfFile.read(file);
      if (elf.isPresent()) {
        here.add(String.valueOf(file.getFileName()));
        here.add(elf.get().name());
        needed.addAll(elf.get().needed());
        elf.get()
            .versions()
            .forEach((name, of) -> versions.computeIfAbsent(name, _ -> new TreeSet<>()).addAll(of));
      }
    }
    needed.removeAll(here);
    versions.keySet().retainAll(needed);
    List<String> all = versions.values().stream().flatMap(Set::stream).toList();
    return new SystemNeeds(needed, newest(all));
  }

  /** What is needed beyond {@link #USUAL}: another machine may lack it. */
  SortedSet<String> unusual() {
    SortedSet<String> rest = new TreeSet<>(libraries);
    rest.removeAll(USUAL);
    return rest;
  }

  /** The last of each kind: of GLIBC_2.2.5, GLIBC_2.14 and CXXABI_1.3 the last two. */
  private static SortedSet<String> newest(List<String> versions) {
    SortedMap<String, String> newest = new TreeMap<>();
    for (String version : versions) {
      int cut = version.lastIndexOf('_') + 1;
      newest.merge(
          version.substring(0, cut),
          version.substring(cut),
          (a, b) -> compareNumbers(a, b) < 0 ? b : a);
    }
    SortedSet<String> names = new TreeSet<>();
    newest.forEach((kind, number) -> names.add(kind + number));
    return names;
  }

  /** The order of version numbers: 2.2.5 before 2.14. */
  private static int compareNumbers(String a, String b) {
    int[] left = Stream.of(a.split("\\D+", -1)).mapToInt(SystemNeeds::number).toArray();
    int[] right = Stream.of(b.split("\\D+", -1)).mapToInt(SystemNeeds::number).toArray();
    return Arrays.compare(left, right);
  }

  private static int number(String digits) {
    return digits.isEmpty() ? 0 : Integer.parseInt(digits);
  }
}
