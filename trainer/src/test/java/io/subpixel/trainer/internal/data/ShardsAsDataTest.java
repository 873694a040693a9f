package io.subpixel.trainer.internal.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.pictures.internal.TestCard;
import io.subpixel.shards.Pairing;
import io.subpixel.shards.Shard;
import io.subpixel.shards.ShardWriter;
import io.subpixel.trainer.internal.data.PatchLoader.Position;
import io.subpixel.trainer.internal.data.PatchOptions.Loading;
import io.subpixel.zoo.Colour;
import io.subpixel.zoo.degradation.Degradation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pairs that were made beforehand, beside what the loader makes of the same pictures. */
@Timeout(60)
class ShardsAsDataTest {
  private static final Loading LOADING = new Loading(2, 1 << 20, false);

  @TempDir private Path folder;
  private Path pictures;
  private Path shards;
  private final List<String> warnings = new CopyOnWriteArrayList<>();

  @BeforeEach
  void draw() throws IOException {
    pictures = folder.resolve("pictures");
    shards = folder.resolve("shards");
    for (int i = 0; i < 5; i++) {
      PictureFiles.write(pictures.resolve(i + ".png"), TestCard.draw(49 + i, 41, i));
    }
  }

  /** Writes pictures as shards of two. */
  private void write(Path to, Degradation degradation, int scale) throws IOException {
    Pairing pairing = new Pairing(degradation, scale, 1);
    List<Path> files = PictureFiles.list(pictures);
    for (int from = 0; from < files.size(); from += 2) {
      SortedMap<String, Pairing.Pair> pairs = new TreeMap<>();
      for (Path file : files.subList(from, Math.min(from + 2, files.size()))) {
        String name = file.getFileName().toString();
        pairs.put(name, pairing.of(PictureFiles.read(file), name, name));
      }
      write(to.resolve(Shard.fileName(from / 2)), pairing, pairs);
    }
  }

  private static void write(Path file, Pairing pairing, SortedMap<String, Pairing.Pair> pairs)
      throws IOException {
    Files.createDirectories(file.resolveSibling("."));
    try (ShardWriter writer =
        new ShardWriter(Files.newOutputStream(file), pairing.header(List.copyOf(pairs.keySet())))) {
      for (String name : pairs.keySet()) {
        writer.add(name, pairs.get(name));
      }
      writer.finish();
    }
  }

  private List<Batch> load(Path from, Colour colour, Degradation degradation, Loading loading)
      throws Exception {
    PatchOptions options = new PatchOptions(2, colour, 4, 8, 6, degradation, Set.of(), 7, loading);
    List<Original> originals =
        PictureSet.of(List.of(from))
            .originals(new FrameChoice(null), loading.strict(), warnings::add);
    try (PatchLoader loader = new PatchLoader(originals, options, Position.START, warnings::add)) {
      List<Batch> batches = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        batches.add(loader.next());
      }
      return batches;
    }
  }

  private static List<Integer> flat(List<Batch> batches) {
    return batches.stream()
        .flatMap(
            batch ->
                List.of(Arrays.hashCode(batch.lr()), Arrays.hashCode(batch.hr()), batch.epoch())
                    .stream())
        .toList();
  }

  @ParameterizedTest
  @EnumSource(Colour.class)
  void batchesAreThoseOfThePictures(Colour colour) throws Exception {
    for (String id : List.of("bicubic-uint8-clamp", "gaussian-decimate+jpeg:60")) {
      Degradation degradation = Degradation.parse(id);
      Path to = shards.resolve(id.substring(0, 5));
      write(to, degradation, 2);
      assertThat(flat(load(to, colour, degradation, LOADING)))
          .isEqualTo(flat(load(pictures, colour, degradation, LOADING)));
      assertThat(flat(load(to, colour, degradation, new Loading(1, 0, true))))
          .isEqualTo(flat(load(pictures, colour, degradation, LOADING)));
    }
    assertThat(warnings).isEmpty();
  }

  /** The chance was drawn beforehand: the same LR in each epoch, cut from the stored picture. */
  @ParameterizedTest
  @ValueSource(strings = {"noise:20+shrink", "shrink+mpeg4:4"})
  void pairsMadeByChanceAreUsedAsTheyAre(String id) throws Exception {
    Degradation degradation = Degradation.parse(id);
    write(shards, degradation, 2);
    List<Picture> stored = new ArrayList<>();
    for (Path file : PictureSet.of(List.of(shards)).shards()) {
      for (Shard.Pair pair : Shard.open(file).pairs()) {
        stored.add(pair.lr());
      }
    }
    for (Batch batch : load(shards, Colour.Y, degradation, LOADING)) {
      float[] first = Arrays.copyOf(batch.lr(), 64);
      assertThat(stored).anyMatch(lr -> holds(lr, first));
    }
    assertThat(warnings).isEmpty();
    assertThat(PictureSet.of(List.of(shards)).degradation(2)).contains(degradation);
  }

  /** Whether a patch of 8x8 is in a picture, turned in any way. */
  private static boolean holds(Picture lr, float[] patch) {
    float[] part = new float[64];
    for (int y = 0; y + 8 <= lr.height(); y++) {
      for (int x = 0; x + 8 <= lr.width(); x++) {
        Picture crop = lr.crop(x, y, 8, 8);
        for (int way = 0; way < 8; way++) {
          Patch.pack(crop, Colour.Y, way, part, 0);
          if (Arrays.equals(part, patch)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  @Test
  void shardsAndPicturesMayBeMixed() throws Exception {
    write(shards, Degradation.DEFAULT, 2);
    PictureSet both = PictureSet.of(List.of(shards, pictures));
    List<Original> originals = both.originals(new FrameChoice(null), true, warnings::add);
    assertThat(originals).hasSize(10);
    assertThat(both.sha256()).isNotEqualTo(PictureSet.of(List.of(pictures)).sha256());
  }

  @Test
  void shardsOfAnotherScaleOrDegradationAreRefused() throws IOException {
    write(shards, Degradation.DEFAULT, 2);
    assertThatThrownBy(() -> PictureSet.of(List.of(shards)).degradation(3))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(
            "shard-000000.tar: expected a shard of scale 3, received one of scale 2");
    Path others = folder.resolve("others");
    write(others, Degradation.parse("shrink:area"), 2);
    assertThatThrownBy(() -> PictureSet.of(List.of(shards, others)).degradation(2))
        .hasMessageContaining("expected a shard of bicubic-uint8-clamp, as ")
        .hasMessageEndingWith("received one of shrink:area");
  }

  @Test
  void aShardThatIsCutOffIsSkippedOrRefused() throws Exception {
    write(shards, Degradation.DEFAULT, 2);
    Path second = shards.resolve(Shard.fileName(1));
    Files.write(second, Arrays.copyOf(Files.readAllBytes(second), 4000));
    PictureSet set = PictureSet.of(List.of(shards));
    assertThat(set.originals(new FrameChoice(null), false, warnings::add)).hasSize(3);
    String line = second + ": expected a whole shard, received one that is damaged or cut off";
    assertThat(warnings).containsExactly(line + "; skipped");
    assertThatThrownBy(() -> set.originals(new FrameChoice(null), true, warnings::add))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(line);
    assertThat(set.degradation(2)).contains(Degradation.DEFAULT);
  }

  @Test
  void aPairOfOtherSizesIsSkippedWithOneLine() throws Exception {
    Pairing pairing = new Pairing(Degradation.DEFAULT, 2, 1);
    SortedMap<String, Pairing.Pair> pairs = new TreeMap<>();
    Picture card = TestCard.draw(48, 40, 3);
    pairs.put("good.png", pairing.of(card, "good.png", ""));
    pairs.put("wrong.png", new Pairing.Pair(card, TestCard.draw(24, 19, 1)));
    write(shards.resolve("x.tar"), pairing, pairs);
    load(shards, Colour.Y, Degradation.DEFAULT, LOADING);
    assertThat(warnings)
        .containsExactly(
            shards.resolve("x.tar")
                + ", wrong.png: expected an LR picture of 24x20, received 24x19; skipped");
  }
}
