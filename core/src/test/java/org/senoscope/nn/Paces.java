package org.senoscope.nn;

import java.util.EnumMap;
import java.util.Map;

/** The same pace for every group. */
final class Paces {
  private Paces() {}

  static Map<Net.Group, Adam.Pace> all(double rate, double decay) {
    Map<Net.Group, Adam.Pace> paces = new EnumMap<>(Net.Group.class);
    for (Net.Group group : Net.Group.values()) {
      paces.put(group, new Adam.Pace(rate, decay));
    }
    return paces;
  }
}
