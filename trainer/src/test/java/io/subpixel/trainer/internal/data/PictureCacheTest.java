package io.subpixel.trainer.internal.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.pictures.Picture;
import org.junit.jupiter.api.Test;

class PictureCacheTest {
  private static PicturePair pair(int side) {
    return new PicturePair(
        new Picture(2 * side, 2 * side, 1, new byte[4 * side * side]),
        new Picture(side, side, 1, new byte[side * side]));
  }

  @Test
  void theLeastRecentlyUsedLeaveWhenTheBudgetIsFull() {
    PictureCache cache = new PictureCache(3 * pair(10).bytes());
    for (int i = 0; i < 3; i++) {
      cache.put(i, pair(10));
    }
    assertThat(cache.get(0)).isNotNull();
    cache.put(3, pair(10));
    assertThat(cache.get(1)).isNull();
    assertThat(cache.get(0)).isNotNull();
    assertThat(cache.get(2)).isNotNull();
    assertThat(cache.get(3)).isNotNull();
    assertThat(cache.bytes()).isEqualTo(3 * pair(10).bytes());
  }

  @Test
  void theBudgetIsNeverExceeded() {
    long budget = 20_000;
    PictureCache cache = new PictureCache(budget);
    for (int i = 0; i < 200; i++) {
      cache.put(i % 50, pair(1 + i * 7 % 60));
      assertThat(cache.bytes()).isBetween(0L, budget);
    }
    assertThat(cache.bytes()).isPositive();
  }

  @Test
  void aPairLargerThanTheBudgetIsNotKeptAndDrivesNothingOut() {
    PictureCache cache = new PictureCache(1000);
    cache.put(1, pair(5));
    cache.put(2, pair(40));
    assertThat(cache.get(2)).isNull();
    assertThat(cache.get(1)).isNotNull();
  }
}
