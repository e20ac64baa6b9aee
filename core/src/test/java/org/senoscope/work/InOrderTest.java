package org.senoscope.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InOrderTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7})
  void resultsComeInTheOrderOfTheWorkAndFewAreAtHand(int threads) throws IOException {
    List<Integer> taken = new ArrayList<>();
    AtomicInteger atHand = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    try (InOrder<Integer> work =
        new InOrder<>(
            threads,
            result -> {
              taken.add(result);
              atHand.decrementAndGet();
            })) {
      for (int i = 0; i < 2000; i++) {
        int number = i;
        work.submit(
            () -> {
              if (number % 50 == 0) {
                Thread.sleep(1);
              }
              return number;
            });
        most.accumulateAndGet(atHand.incrementAndGet(), Math::max);
      }
      work.finish();
    }
    assertThat(taken).isEqualTo(IntStream.range(0, 2000).boxed().toList());
    assertThat(most).hasValueLessThanOrEqualTo(4 * threads + 1);
  }

  @Test
  void whatAWorkerThrowsReachesTheOneWhoSubmits() {
    assertThatThrownBy(
            () -> {
              try (InOrder<Integer> work = new InOrder<>(2, result -> {})) {
                work.submit(
                    () -> {
                      throw new UncheckedIOException(new IOException("the disk is full"));
                    });
                work.finish();
              }
            })
        .isInstanceOf(IOException.class)
        .hasMessage("the disk is full");
  }
}
