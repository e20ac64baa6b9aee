package org.senoscope.train;

/**
 * The factor on the learning rates at each step.
 *
 * @param kind how it goes after the warm-up
 * @param steps of the whole training
 * @param warmupSteps in which it rises linearly to 1
 */
record RateSchedule(Recipe.Schedule kind, long steps, long warmupSteps) {
  static RateSchedule of(Recipe.Training training, long stepsPerEpoch) {
    long steps = stepsPerEpoch * training.epochs();
    return new RateSchedule(
        training.schedule(), steps, Math.round(training.warmup() * (double) steps));
  }

  /**
   * The factor at a step.
   *
   * @param step from 0
   * @param plateau what the plateau rule has left of the rates, 0..1
   */
  double factor(long step, double plateau) {
    if (step < warmupSteps) {
      return (double) (step + 1) / (double) warmupSteps;
    }
    return switch (kind) {
      case CONSTANT -> 1;
      case PLATEAU -> plateau;
      case COSINE -> {
        double share = (double) (step - warmupSteps) / (double) Math.max(1, steps - warmupSteps);
        yield 0.5 * (1 + Math.cos(Math.PI * Math.min(1, share)));
      }
    };
  }
}
