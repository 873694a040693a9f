package io.subpixel.trainer.internal.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.subpixel.pictures.Picture;
import io.subpixel.trainer.data.Augmentation;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AugmenterTest {
  private static final int BATCH = 6;
  private static final int SIDE = 8;
  private static final int SCALE = 3;

  @Test
  void coloursOfLrAndHrGetTheSameOrder() {
    Augmenter augmenter = new Augmenter(Set.of(Augmentation.CHANNELS), 3, SIDE, SCALE);
    Random random = new Random(1);
    Map<String, Integer> orders = new HashMap<>();
    for (int i = 0; i < 1200; i++) {
      PicturePair pair =
          new PicturePair(picture(3 * SIDE, 10, 20, 30), picture(SIDE, 11, 21, 31, 77));
      PicturePair shuffled = augmenter.shuffled(pair, random);
      byte[] hr = shuffled.hr().samples();
      byte[] lr = shuffled.lr().samples();
      for (int c = 0; c < 3; c++) {
        assertThat(lr[c]).isEqualTo((byte) (hr[c] + 1));
      }
      assertThat(lr[3]).isEqualTo((byte) 77);
      assertThat(Arrays.copyOfRange(hr, hr.length - 3, hr.length)).isEqualTo(Arrays.copyOf(hr, 3));
      orders.merge(Arrays.toString(Arrays.copyOf(hr, 3)), 1, Integer::sum);
    }
    assertThat(orders).hasSize(6);
    // A half stays, and of the other half a sixth.
    assertThat(orders.get("[10, 20, 30]")).isCloseTo(700, within(80));
    assertThat(orders.values()).allMatch(count -> count > 60);
    PicturePair grey = new PicturePair(picture(3 * SIDE, 1, 9), picture(SIDE, 2, 9));
    for (int i = 0; i < 20; i++) {
      assertThat(augmenter.shuffled(grey, random).hr().samples()).isEqualTo(grey.hr().samples());
    }
  }

  /** Patch n has the value n, so a mean with the next one shows its weights. */
  @Test
  void aMixtureHasTheSameWeightsInLrAndHr() {
    int mixed = 0;
    float least = 1;
    float most = 0;
    for (int seed = 0; seed < 50; seed++) {
      Batch batch = mixed(Set.of(Augmentation.MIXUP), seed);
      for (int n = 0; n < BATCH; n++) {
        float[] lr = patch(batch.lr(), n);
        float share = Math.abs((lr[0] - n) / ((n + 1) % BATCH - n));
        assertThat(share).isBetween(0f, 1f);
        float first = lr[0];
        for (float[] values : new float[][] {lr, patch(batch.hr(), n)}) {
          for (float value : values) {
            assertThat(value).isEqualTo(first);
          }
        }
        if (share > 0) {
          mixed++;
          least = Math.min(least, share);
          most = Math.max(most, share);
        }
      }
    }
    assertThat(mixed).isCloseTo(25 * BATCH, within(30));
    assertThat(least).isLessThan(0.1f);
    assertThat(most).isGreaterThan(0.9f);
  }

  @Test
  void aRectangleOfAnotherPatchIsAtTheSamePlaceInLrAndHr() {
    int cut = 0;
    double area = 0;
    for (int seed = 0; seed < 50; seed++) {
      Batch batch = mixed(Set.of(Augmentation.CUTMIX), seed);
      for (int n = 0; n < BATCH; n++) {
        float[] lr = patch(batch.lr(), n);
        float[] hr = patch(batch.hr(), n);
        int inside = 0;
        for (int i = 0; i < hr.length; i++) {
          int c = i / (SCALE * SIDE * SCALE * SIDE);
          int y = i / (SCALE * SIDE) % (SCALE * SIDE) / SCALE;
          int x = i % (SCALE * SIDE) / SCALE;
          float value = lr[(c * SIDE + y) * SIDE + x];
          assertThat(value).isIn((float) n, (float) ((n + 1) % BATCH));
          assertThat(hr[i]).isEqualTo(value);
          inside += value == n ? 0 : 1;
        }
        cut += inside > 0 ? 1 : 0;
        area += inside / (double) hr.length;
      }
    }
    assertThat(cut).isCloseTo(25 * BATCH, within(30));
    // Of sides 1 to 8, the mean is 4.5.
    assertThat(area / cut).isCloseTo(4.5 * 4.5 / 64, within(0.08));
  }

  @Test
  void bothKindsOfMixturesOccurTogether() {
    int means = 0;
    int parts = 0;
    for (int seed = 0; seed < 50; seed++) {
      Batch batch = mixed(Set.of(Augmentation.MIXUP, Augmentation.CUTMIX), seed);
      for (int n = 0; n < BATCH; n++) {
        float first = patch(batch.lr(), n)[0];
        means += first == Math.rint(first) ? 0 : 1;
        parts += first == (n + 1) % BATCH ? 1 : 0;
      }
    }
    assertThat(means).isGreaterThan(40);
    assertThat(parts).isGreaterThan(5);
  }

  @Test
  void withoutKindsNothingChanges() {
    Batch batch = mixed(Set.of(), 1);
    for (int n = 0; n < BATCH; n++) {
      assertThat(patch(batch.lr(), n)).containsOnly(n);
      assertThat(patch(batch.hr(), n)).containsOnly(n);
    }
  }

  private static Batch mixed(Set<Augmentation> kinds, long seed) {
    float[] lr = new float[BATCH * 3 * SIDE * SIDE];
    float[] hr = new float[lr.length * SCALE * SCALE];
    for (int n = 0; n < BATCH; n++) {
      Arrays.fill(lr, n * lr.length / BATCH, (n + 1) * lr.length / BATCH, n);
      Arrays.fill(hr, n * hr.length / BATCH, (n + 1) * hr.length / BATCH, n);
    }
    new Augmenter(kinds, 3, SIDE, SCALE).mix(lr, hr, new Random(Seeds.of(seed)));
    return new Batch(lr, hr, 1, false);
  }

  private static float[] patch(float[] values, int n) {
    int size = values.length / BATCH;
    return Arrays.copyOfRange(values, n * size, (n + 1) * size);
  }

  private static Picture picture(int side, int... colour) {
    byte[] samples = new byte[side * side * colour.length];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (byte) colour[i % colour.length];
    }
    return new Picture(side, side, colour.length, samples);
  }
}
