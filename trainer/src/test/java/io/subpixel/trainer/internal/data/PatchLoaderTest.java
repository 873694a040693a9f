package io.subpixel.trainer.internal.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.pictures.internal.TestCard;
import io.subpixel.trainer.data.Augmentation;
import io.subpixel.trainer.internal.data.PatchLoader.Position;
import io.subpixel.trainer.internal.data.PatchOptions.Loading;
import io.subpixel.zoo.Colour;
import io.subpixel.zoo.degradation.Degradation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class PatchLoaderTest {
  private static final Loading ALL_IN_CACHE = new Loading(1, 1 << 20, false);

  @TempDir Path folder;
  private final List<String> warnings = new CopyOnWriteArrayList<>();

  @BeforeEach
  void drawPictures() throws IOException {
    for (int i = 0; i < 3; i++) {
      PictureFiles.write(folder.resolve("sub/" + i + ".png"), TestCard.draw(48 + i, 40, i));
    }
  }

  @Test
  void makesEpochsOfWholeBatches() throws Exception {
    // 3 pictures of 6 patches: 4 batches of 4, two patches left out.
    List<Batch> batches = load(options(), Position.START, 9);
    assertThat(batches.stream().map(Batch::epoch)).containsExactly(1, 1, 1, 1, 2, 2, 2, 2, 3);
    assertThat(batches.stream().map(Batch::endsEpoch))
        .containsExactly(false, false, false, true, false, false, false, true, false);
    assertThat(batches).allSatisfy(b -> assertThat(b.lr()).hasSize(4 * 8 * 8));
    assertThat(warnings).isEmpty();
  }

  @Test
  void epochsAndSeedsDiffer() throws Exception {
    List<Integer> two = flat(load(options(), Position.START, 8));
    assertThat(two.subList(0, 8)).isNotEqualTo(two.subList(8, 16));
    PatchOptions other =
        new PatchOptions(2, Colour.Y, 4, 8, 6, Degradation.DEFAULT, Set.of(), 8, ALL_IN_CACHE);
    assertThat(flat(load(other, Position.START, 8))).isNotEqualTo(two);
  }

  /** Workers, and room for no picture, for one or for all. */
  @ParameterizedTest
  @CsvSource({"1, 0", "2, 0", "5, 0", "1, 9000", "3, 9000", "1, 1000000", "4, 1000000"})
  void batchesDependNeitherOnThreadsNorOnTheCache(int workers, long cacheBytes) throws Exception {
    for (String id :
        List.of(
            "bicubic-uint8-clamp", "gaussian-decimate+noise:9+jpeg:70", "shrink+h264:20..40@0.5")) {
      PatchOptions one = options(id, ALL_IN_CACHE);
      PatchOptions other = options(id, new Loading(workers, cacheBytes, false));
      assertThat(flat(load(other, Position.START, 12)))
          .isEqualTo(flat(load(one, Position.START, 12)));
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "1, 1", "1, 3", "1, 4", "2, 0", "2, 2", "3, 1"})
  void aResumedTrainingSeesWhatAnUndisturbedOneWouldHaveSeen(int epoch, int used) throws Exception {
    PatchOptions noisy = options("bicubic-uint8-clamp+noise:9", ALL_IN_CACHE);
    List<Batch> all = load(noisy, Position.START, 14);
    List<Batch> resumed = load(noisy, new Position(epoch, used), 3);
    int from = 4 * (epoch - 1) + used;
    assertThat(flat(resumed)).isEqualTo(flat(all.subList(from, from + 3)));
    assertThat(resumed.get(0).epoch()).isEqualTo(all.get(from).epoch());
    assertThat(resumed.get(0).endsEpoch()).isEqualTo(all.get(from).endsEpoch());
  }

  @Test
  void aStartBehindTheEndOfItsEpochIsRefused() {
    assertThatThrownBy(() -> load(options(), new Position(2, 5), 1))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("start in epoch 2: expected at most its 4 batches, received 5");
  }

  @Test
  void aCacheThatHoldsAllDecodesOnce() throws Exception {
    List<Integer> undisturbed = flat(load(options(), Position.START, 12));
    try (PatchLoader loader = loader(options(), Position.START)) {
      List<Batch> batches = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        batches.add(loader.next());
      }
      // The first epoch is over: the files are no longer needed.
      for (int i = 0; i < 3; i++) {
        Files.delete(folder.resolve("sub/" + i + ".png"));
      }
      for (int i = 5; i < 12; i++) {
        batches.add(loader.next());
      }
      assertThat(flat(batches)).isEqualTo(undisturbed);
      assertThat(loader.skipped()).isZero();
    }
  }

  /**
   * The margin that is degraded with a patch is cut off where it should be, inside and at edges.
   */
  @ParameterizedTest
  @ValueSource(strings = {"shrink:area+noise:0.001", "noise:0.001+shrink:area"})
  void aPatchAndItsOriginalShowTheSame(String id) throws Exception {
    for (Batch batch : load(options(id, ALL_IN_CACHE), Position.START, 12)) {
      for (int i = 0; i < batch.lr().length; i++) {
        int patch = i / 64;
        int at = patch * 256 + i % 64 / 8 * 32 + i % 8 * 2;
        float[] hr = batch.hr();
        float mean = (hr[at] + hr[at + 1] + hr[at + 16] + hr[at + 17]) / 4;
        // R, G and B are rounded, and then their luma is made.
        assertThat(batch.lr()[i]).isCloseTo(mean, within(0.6f / 255));
      }
    }
  }

  /** Of a picture that is larger than a shared clip too. */
  @Test
  void patchesThatShareAClipLieWhereTheirOriginalsDo() throws Exception {
    Path single = folder.resolve("single");
    PictureFiles.write(single.resolve("a.png"), TestCard.draw(500, 420, 7));
    PatchOptions options =
        new PatchOptions(
            2,
            Colour.Y,
            50,
            8,
            50,
            Degradation.parse("shrink:area+mpeg4:2"),
            Set.of(),
            1,
            ALL_IN_CACHE);
    try (PatchLoader loader =
        new PatchLoader(originals(single), options, Position.START, warnings::add)) {
      Batch batch = loader.next();
      double own = 0;
      double others = 0;
      for (int patch = 0; patch < 50; patch++) {
        own += distance(batch, patch, patch);
        others += distance(batch, patch, (patch + 1) % 50);
      }
      assertThat(own).isLessThan(0.1 * others);
      assertThat(warnings).isEmpty();
    }
  }

  /** Between the LR of a patch and the HR of another, shrunk by means. */
  private static double distance(Batch batch, int lr, int hr) {
    double sum = 0;
    for (int i = 0; i < 64; i++) {
      int at = hr * 256 + i / 8 * 32 + i % 8 * 2;
      float[] from = batch.hr();
      float mean = (from[at] + from[at + 1] + from[at + 16] + from[at + 17]) / 4;
      sum += Math.abs(batch.lr()[lr * 64 + i] - mean);
    }
    return sum;
  }

  @Test
  void chanceIsDrawnForEachPatch() throws Exception {
    Path single = folder.resolve("single");
    byte[] grey = new byte[64 * 64];
    Arrays.fill(grey, (byte) 128);
    PictureFiles.write(single.resolve("a.png"), new Picture(64, 64, 1, grey));
    PatchOptions options =
        new PatchOptions(
            2,
            Colour.Y,
            1,
            8,
            64,
            Degradation.parse("noise:1..40+shrink"),
            Set.of(),
            1,
            ALL_IN_CACHE);
    List<Double> deviations = new ArrayList<>();
    try (PatchLoader loader =
        new PatchLoader(originals(single), options, Position.START, warnings::add)) {
      for (int i = 0; i < 64; i++) {
        double squares = 0;
        for (float value : loader.next().lr()) {
          squares += Math.pow(255 * value - 128, 2);
        }
        deviations.add(Math.sqrt(squares / 64));
      }
    }
    Collections.sort(deviations);
    // Each patch has its own sigma of 1..40, which shrinking halves or so.
    assertThat(deviations.get(3)).isLessThan(4);
    assertThat(deviations.get(60)).isGreaterThan(14);
  }

  @Test
  void noiseIsAnotherInEveryEpochThoughTheRestIsKept() throws Exception {
    Path single = folder.resolve("single");
    PictureFiles.write(single.resolve("a.png"), new Picture(16, 16, 1, new byte[256]));
    PatchOptions options =
        new PatchOptions(
            2,
            Colour.Y,
            1,
            8,
            1,
            Degradation.parse("bicubic-uint8-clamp+noise:9"),
            Set.of(),
            1,
            ALL_IN_CACHE);
    try (PatchLoader loader =
        new PatchLoader(originals(single), options, Position.START, warnings::add)) {
      Set<Set<Float>> seen = new HashSet<>();
      for (int i = 0; i < 4; i++) {
        Batch batch = loader.next();
        Set<Float> values = new HashSet<>();
        for (float value : batch.lr()) {
          values.add(value);
        }
        seen.add(values);
        assertThat(batch.hr()).containsOnly(0);
      }
      assertThat(seen).hasSizeGreaterThan(2);
    }
  }

  @ParameterizedTest
  @EnumSource
  void patchesHaveTheChannelsAndRangeOfTheirColour(Colour colour) throws Exception {
    Path single = folder.resolve("single");
    byte[] samples = new byte[32 * 32 * 3];
    for (int i = 0; i < samples.length; i += 3) {
      samples[i] = (byte) 255;
      samples[i + 1] = 51;
    }
    PictureFiles.write(single.resolve("a.png"), new Picture(32, 32, 3, samples));
    PatchOptions options =
        new PatchOptions(2, colour, 2, 8, 2, Degradation.DEFAULT, Set.of(), 1, ALL_IN_CACHE);
    try (PatchLoader loader =
        new PatchLoader(originals(single), options, Position.START, warnings::add)) {
      Batch batch = loader.next();
      assertThat(batch.lr()).hasSize(2 * colour.channels() * 64);
      assertThat(batch.hr()).hasSize(2 * colour.channels() * 256);
      float y = 0.299f + 0.587f * 0.2f;
      float[] expected =
          switch (colour) {
            case Y -> new float[] {y};
            case Y_STUDIO -> new float[] {(16 + 219 * y) / 255};
            case RGB -> new float[] {1, 0.2f, 0};
          };
      for (int i = 0; i < batch.hr().length; i++) {
        assertThat(batch.hr()[i])
            .isCloseTo(expected[i / 256 % expected.length], Offset.offset(1e-5f));
      }
      for (int i = 0; i < batch.lr().length; i++) {
        assertThat(batch.lr()[i])
            .isCloseTo(expected[i / 64 % expected.length], Offset.offset(1e-5f));
      }
    }
  }

  @Test
  void aPatchOfHrIsTheSamePlaceAsItsLr() throws Exception {
    for (Batch batch : load(options(), Position.START, 4)) {
      for (int patch = 0; patch < 4; patch++) {
        // The mean of a bicubic LR patch is near that of its HR patch, and far from a random
        // other's.
        float lr = mean(batch.lr(), patch * 64, 64);
        float hr = mean(batch.hr(), patch * 256, 256);
        assertThat(lr).isCloseTo(hr, Offset.offset(0.03f));
      }
    }
  }

  @Test
  void lrAndHrAreTurnedAlikeInEightWays() throws Exception {
    Path single = folder.resolve("single");
    PictureFiles.write(single.resolve("a.png"), TestCard.draw(16, 16, 3));
    PatchOptions whole =
        new PatchOptions(2, Colour.Y, 64, 8, 64, Degradation.DEFAULT, Set.of(), 1, ALL_IN_CACHE);
    try (PatchLoader loader =
        new PatchLoader(originals(single), whole, Position.START, warnings::add)) {
      Batch batch = loader.next();
      Set<Integer> pairs = new HashSet<>();
      for (int i = 0; i < 64; i++) {
        float[] lr = Arrays.copyOfRange(batch.lr(), i * 64, (i + 1) * 64);
        float[] hr = Arrays.copyOfRange(batch.hr(), i * 256, (i + 1) * 256);
        pairs.add(31 * Arrays.hashCode(lr) + Arrays.hashCode(hr));
      }
      // The patch is the whole picture: if LR and HR turned apart, there were up to 64 pairs.
      assertThat(pairs).hasSize(8);
    }
  }

  @Test
  void brokenAndSmallPicturesAreSkippedWithOneWarningEach() throws Exception {
    Files.writeString(folder.resolve("text.png"), "no picture");
    PictureFiles.write(folder.resolve("small.png"), TestCard.draw(15, 40, 1));
    try (PatchLoader loader = loader(options(), Position.START)) {
      for (int i = 0; i < 13; i++) {
        assertThat(loader.next().epoch()).isEqualTo(1 + i / 4);
      }
      assertThat(loader.skipped()).isEqualTo(2);
    }
    assertThat(warnings)
        .hasSize(2)
        .anyMatch(w -> w.contains("text.png") && w.endsWith("; skipped"))
        .anyMatch(w -> w.contains("small.png: expected both sides at least 16 pixels"));
  }

  @ParameterizedTest
  @CsvSource({"text.png, an image", "small.png, both sides at least 16 pixels"})
  void aStrictTrainingEndsAtTheFirst(String name, String expected) throws IOException {
    Path file = folder.resolve(name);
    if (name.startsWith("text")) {
      Files.writeString(file, "no picture");
    } else {
      PictureFiles.write(file, TestCard.draw(15, 40, 1));
    }
    PatchOptions strict = options("bicubic-uint8-clamp", new Loading(2, 0, true));
    assertThatThrownBy(() -> load(strict, Position.START, 5))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(file + ": expected " + expected);
    assertThat(warnings).isEmpty();
  }

  @Test
  void picturesThatGiveNoBatchAreRefused() throws IOException {
    PatchOptions many =
        new PatchOptions(2, Colour.Y, 19, 8, 6, Degradation.DEFAULT, Set.of(), 1, ALL_IN_CACHE);
    assertThatThrownBy(() -> load(many, Position.START, 1))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("expected images for at least one batch of 19 patches");
    Path broken = Files.createDirectory(folder.resolve("broken"));
    Files.writeString(broken.resolve("text.png"), "no picture");
    try (PatchLoader loader =
        new PatchLoader(originals(broken), options(), Position.START, warnings::add)) {
      assertThatThrownBy(loader::next).isInstanceOf(InvalidInputException.class);
      assertThatThrownBy(loader::next).isInstanceOf(InvalidInputException.class);
    }
  }

  @Test
  void aClosedLoaderLeavesNoThread() throws Exception {
    PatchLoader loader =
        loader(options("bicubic-uint8-clamp", new Loading(3, 0, false)), Position.START);
    loader.next();
    loader.close();
    for (int i = 0; i < 100 && !loaderThreads().isEmpty(); i++) {
      Thread.sleep(50);
    }
    assertThat(loaderThreads()).isEmpty();
  }

  private static List<String> loaderThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("picture-reader") || name.equals("patch-loader"))
        .collect(Collectors.toList());
  }

  @Test
  void augmentedBatchesDependOnTheirPlaceAlone() throws Exception {
    Set<Augmentation> all = EnumSet.allOf(Augmentation.class);
    List<Integer> augmented = flat(load(augmented(all, 1), Position.START, 8));
    assertThat(flat(load(augmented(all, 3), Position.START, 8))).isEqualTo(augmented);
    assertThat(flat(load(augmented(all, 1), new Position(1, 3), 5)))
        .isEqualTo(augmented.subList(6, 16));
    for (Augmentation one : Augmentation.values()) {
      assertThat(flat(load(augmented(Set.of(one), 1), Position.START, 8)))
          .isNotEqualTo(flat(load(augmented(Set.of(), 1), Position.START, 8)));
    }
  }

  private static PatchOptions augmented(Set<Augmentation> kinds, int workers) {
    return new PatchOptions(
        2, Colour.Y, 4, 8, 6, Degradation.DEFAULT, kinds, 7, new Loading(workers, 1 << 20, false));
  }

  private static PatchOptions options() {
    return new PatchOptions(2, Colour.Y, 4, 8, 6, Degradation.DEFAULT, Set.of(), 7, ALL_IN_CACHE);
  }

  private static PatchOptions options(String degradation, Loading loading) throws IOException {
    return new PatchOptions(
        2, Colour.Y, 4, 8, 6, Degradation.parse(degradation), Set.of(), 7, loading);
  }

  private PatchLoader loader(PatchOptions options, Position start) throws IOException {
    return new PatchLoader(originals(folder), options, start, warnings::add);
  }

  private List<Batch> load(PatchOptions options, Position start, int count) throws Exception {
    try (PatchLoader loader = loader(options, start)) {
      List<Batch> batches = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        batches.add(loader.next());
      }
      return batches;
    }
  }

  private static List<Integer> flat(List<Batch> batches) {
    return batches.stream()
        .flatMap(b -> Stream.of(Arrays.hashCode(b.lr()), Arrays.hashCode(b.hr())))
        .collect(Collectors.toList());
  }

  private static float mean(float[] values, int from, int count) {
    float sum = 0;
    for (int i = from; i < from + count; i++) {
      sum += values[i];
    }
    return sum / count;
  }

  private List<Original> originals(Path source) throws IOException {
    return PictureSet.of(List.of(source)).originals(FrameChoice.DIFFERING, true, warnings::add);
  }
}
