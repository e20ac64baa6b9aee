package org.senoscope.train;

/**
 * One seed for each purpose, from the run's: so that a resumed run draws what an undisturbed one
 * does, and one setting never shifts another's draws.
 */
final class Seeds {
  static final int ORDER = 1;
  static final int AUGMENTATION = 2;
  static final int DROPOUT = 3;
  static final int WEIGHTS = 4;
  static final int STATISTICS = 5;

  private Seeds() {}

  /** SplitMix64's finaliser over the parts in turn. Source: Steele, Lea and Flood 2014. */
  static long mix(long seed, long a, long b, int purpose) {
    long mixed = seed;
    for (long part : new long[] {a, b, purpose}) {
      mixed = (mixed ^ part) + 0x9e3779b97f4a7c15L;
      mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
      mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
      mixed ^= mixed >>> 31;
    }
    return mixed;
  }
}
