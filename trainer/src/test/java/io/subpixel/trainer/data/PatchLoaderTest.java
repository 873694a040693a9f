package io.subpixel.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.subpixel.models.InvalidInputException;
import io.subpixel.models.picture.Picture;
import io.subpixel.models.picture.PictureFiles;
import io.subpixel.models.picture.Plane;
import io.subpixel.models.picture.TestCard;
import io.subpixel.models.resampling.MatlabBicubic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PatchLoaderTest {
  private static final PatchOptions OPTIONS =
      new PatchOptions(2, 4, 8, 6, MatlabBicubic.UINT8_CLAMP, 7);

  @TempDir Path folder;
  private final List<String> warnings = new CopyOnWriteArrayList<>();

  @BeforeEach
  void drawPictures() throws IOException {
    for (int i = 0; i < 3; i++) {
      PictureFiles.write(folder.resolve("sub/" + i + ".png"), TestCard.draw(48 + i, 40, i));
    }
  }

  @Test
  void makesAnEpochOfWholeBatches() throws Exception {
    // 3 pictures of 6 patches: 4 batches of 4, two patches left out.
    assertThat(epoch(1)).hasSize(4).allSatisfy(b -> assertThat(b.lr()).hasSize(4 * 8 * 8));
    assertThat(warnings).isEmpty();
  }

  @Test
  void equalSeedsAndEpochsGiveEqualBatches() throws Exception {
    assertThat(flat(epoch(1))).isEqualTo(flat(epoch(1))).isNotEqualTo(flat(epoch(2)));
  }

  @Test
  void aPatchOfHrIsTheSamePlaceAsItsLr() throws Exception {
    for (Batch batch : epoch(1)) {
      for (int patch = 0; patch < 4; patch++) {
        // The mean of a bicubic LR patch is near that of its HR patch, and far from a random
        // other's.
        float lr = mean(batch.lr(), patch * 64, 64);
        float hr = mean(batch.hr(), patch * 256, 256);
        assertThat(lr).isCloseTo(hr, org.assertj.core.data.Offset.offset(0.03f));
      }
    }
  }

  @Test
  void brokenAndSmallPicturesAreSkippedWithAWarningEach() throws Exception {
    Files.writeString(folder.resolve("text.png"), "no picture");
    PictureFiles.write(folder.resolve("small.png"), TestCard.draw(15, 40, 1));
    try (PatchLoader loader = new PatchLoader(pictures(), OPTIONS, 1, warnings::add)) {
      int batches = 0;
      while (loader.next().isPresent()) {
        batches++;
      }
      assertThat(batches).isEqualTo(4);
    }
    assertThat(warnings)
        .hasSize(2)
        .anyMatch(w -> w.contains("text.png"))
        .anyMatch(w -> w.contains("small.png"));
  }

  @Test
  void theEndOfAnEpochStays() throws Exception {
    try (PatchLoader loader = new PatchLoader(pictures(), OPTIONS, 1, warnings::add)) {
      for (Optional<Batch> batch = loader.next(); batch.isPresent(); batch = loader.next()) {}
      assertThat(loader.next()).isEmpty();
      assertThat(loader.next()).isEmpty();
    }
  }

  @Test
  void anEmptyFolderIsRefused() throws IOException {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    assertThatThrownBy(() -> PictureFolder.of(List.of(empty)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("empty");
  }

  @Test
  void theDigestFollowsTheContent() throws IOException {
    String before = pictures().sha256();
    assertThat(pictures().sha256()).isEqualTo(before).hasSize(64);
    PictureFiles.write(folder.resolve("sub/1.png"), TestCard.draw(48, 40, 99));
    assertThat(pictures().sha256()).isNotEqualTo(before);
  }

  @Test
  void theEightWaysOfTurningAreDistinctAndKeepEveryValue() {
    Plane plane = new Plane(2, 2, new float[] {1, 2, 3, 4});
    Set<List<Float>> seen = new HashSet<>();
    for (int way = 0; way < 8; way++) {
      List<Float> values = new ArrayList<>();
      for (float value : PatchCutter.turn(plane, way).values()) {
        values.add(value);
      }
      assertThat(values).containsExactlyInAnyOrder(1f, 2f, 3f, 4f);
      seen.add(values);
    }
    assertThat(seen).hasSize(8);
  }

  @Test
  void lrAndHrAreTurnedAlike() {
    Picture hr = TestCard.draw(16, 16, 3);
    PatchOptions whole = new PatchOptions(2, 1, 8, 64, MatlabBicubic.UINT8_CLAMP, 1);
    List<PatchCutter.Patch> patches = new ArrayList<>();
    assertThat(new PatchCutter(whole).cut(hr, new Random(1), patches::add)).isTrue();
    Set<Integer> pairs = new HashSet<>();
    for (PatchCutter.Patch patch : patches) {
      pairs.add(31 * Arrays.hashCode(patch.lr().values()) + Arrays.hashCode(patch.hr().values()));
    }
    // The patch is the whole picture: if LR and HR turned apart, there were up to 64 pairs.
    assertThat(pairs).hasSize(8);
  }

  private PictureFolder pictures() throws IOException {
    return PictureFolder.of(List.of(folder));
  }

  private List<Batch> epoch(int epoch) throws Exception {
    List<Batch> batches = new ArrayList<>();
    try (PatchLoader loader = new PatchLoader(pictures(), OPTIONS, epoch, warnings::add)) {
      for (Optional<Batch> b = loader.next(); b.isPresent(); b = loader.next()) {
        batches.add(b.get());
      }
    }
    return batches;
  }

  private static List<Integer> flat(List<Batch> batches) {
    List<Integer> hashes = new ArrayList<>();
    for (Batch batch : batches) {
      hashes.add(Arrays.hashCode(batch.lr()));
      hashes.add(Arrays.hashCode(batch.hr()));
    }
    return hashes;
  }

  private static float mean(float[] values, int from, int count) {
    float sum = 0;
    for (int i = from; i < from + count; i++) {
      sum += values[i];
    }
    return sum / count;
  }
}
