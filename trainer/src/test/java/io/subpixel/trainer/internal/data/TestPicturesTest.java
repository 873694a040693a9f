package io.subpixel.trainer.internal.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.pictures.internal.TestCard;
import io.subpixel.shards.Pairing;
import io.subpixel.shards.Shard;
import io.subpixel.shards.ShardWriter;
import io.subpixel.trainer.internal.data.PatchLoader.Position;
import io.subpixel.zoo.Colour;
import io.subpixel.zoo.degradation.Degradation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestPicturesTest {
  private static final Path DATA = Path.of(System.getProperty("subpixel.data", ""), "test");

  @TempDir private Path folder;

  @Test
  void aFingerprintSurvivesSizeAndCompression() throws Exception {
    for (int i = 0; i < 5; i++) {
      Picture picture = TestCard.draw(240, 200, i);
      Picture small = Degradation.parse("bicubic-uint8-clamp+jpeg:60").apply(picture, 2, 0);
      assertThat(differences(picture, small)).isLessThan(26);
    }
  }

  @Test
  void aTestPictureIsRefusedWhateverItsSizeAndFormat() throws Exception {
    assumeTrue(Files.isDirectory(DATA), "the field's test sets aren't at hand");
    Degradation spoilt = Degradation.parse("bicubic-uint8-clamp+jpeg:60");
    for (String set : List.of("Set5", "Set14")) {
      for (Path file : PictureFiles.list(DATA.resolve(set))) {
        String name = file.getFileName().toString().replaceFirst("\\.[a-z]+$", "");
        Picture picture = PictureFiles.read(file);
        // The face of Set14 is the head of Set5.
        String known = name.equals("face") ? "Set5/head" : set + "/" + name;
        assertThat(TestPictures.find(picture)).contains(known);
        assertThat(TestPictures.find(spoilt.apply(picture.cropToMultiple(2), 2, 0)))
            .contains(known);
      }
    }
    Path copy = folder.resolve("holiday.jpg");
    PictureFiles.write(copy, PictureFiles.read(DATA.resolve("Set5/woman.png")));
    PatchOptions options =
        new PatchOptions(
            2,
            Colour.Y,
            4,
            8,
            6,
            Degradation.DEFAULT,
            Set.of(),
            7,
            new PatchOptions.Loading(1, 0, true));
    try (PatchLoader loader =
        new PatchLoader(
            List.of(new Original.Still(copy)), options, Position.START, warning -> {})) {
      assertThatThrownBy(loader::next)
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(
              "holiday.jpg: expected an image to train on, received the test image Set5/woman");
    }
    Path shard = folder.resolve("shard.tar");
    Pairing pairing = new Pairing(Degradation.DEFAULT, 2, 1);
    try (ShardWriter writer =
        new ShardWriter(Files.newOutputStream(shard), pairing.header(List.of("holiday.jpg")))) {
      writer.add("holiday.jpg", pairing.of(PictureFiles.read(copy), "holiday.jpg", ""));
      writer.finish();
    }
    try (PatchLoader loader =
        new PatchLoader(
            List.of(new Original.InShard(Shard.open(shard).pairs().get(0))),
            options,
            Position.START,
            warning -> {})) {
      assertThatThrownBy(loader::next)
          .hasMessage(
              "holiday.jpg: expected an image to train on, received the test image Set5/woman");
    }
  }

  private static int differences(Picture one, Picture other) {
    BitSet bits = TestPictures.fingerprint(one);
    bits.xor(TestPictures.fingerprint(other));
    return bits.cardinality();
  }
}
