package io.subpixel.trainer.internal.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.trainer.internal.data.PatchLoader.Position;
import io.subpixel.zoo.Colour;
import io.subpixel.zoo.degradation.Degradation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Frames of clips whose every sample is known. */
@Timeout(60)
class ClipsAsDataTest {
  private static final Picture A = DrawnClip.card(64, 48, 1);
  private static final Picture B = DrawnClip.card(64, 48, 2);
  private static final Picture C = DrawnClip.card(64, 48, 3);

  @TempDir Path folder;
  private Path clip;
  private final List<String> warnings = new ArrayList<>();

  @BeforeEach
  void drawClip() throws IOException {
    clip = DrawnClip.write(folder.resolve("set/m.y4m"), A, A, A, B, B, noisy(B), C, C, A, A);
  }

  @Test
  void byDefaultAFrameIsTakenWhereAnotherPictureBegins() throws IOException {
    assertThat(originals(FrameChoice.DIFFERING, clip))
        .containsExactly(frame(0), frame(3), frame(6), frame(8));
  }

  @Test
  void aCutFromDarkToDarkIsAnotherPictureToo() throws IOException {
    Path dark =
        DrawnClip.write(folder.resolve("dark.y4m"), dark(A), dark(A), dark(B), dark(noisy(B)));
    assertThat(originals(FrameChoice.DIFFERING, dark)).hasSize(2);
    Picture black = new Picture(64, 48, 1, new byte[64 * 48]);
    Path blank = DrawnClip.write(folder.resolve("blank.y4m"), black, noisy(black), black);
    assertThat(originals(FrameChoice.DIFFERING, blank)).hasSize(1);
  }

  @Test
  void aPanTakesAFrameNowAndThen() throws IOException {
    Picture wide = DrawnClip.card(228, 96, 4);
    Picture[] pan = new Picture[100];
    for (int i = 0; i < pan.length; i++) {
      pan[i] = wide.crop(i, 0, 128, 96);
    }
    Path panned = DrawnClip.write(folder.resolve("pan.y4m"), pan);
    assertThat(originals(FrameChoice.DIFFERING, panned).size()).isBetween(5, 40);
  }

  @ParameterizedTest
  @CsvSource({"1, 10", "4, 3", "9, 2", "100, 1"})
  void takesEveryNthFrame(int every, int count) throws IOException {
    List<Original> originals = originals(new FrameChoice(every), clip);
    assertThat(originals).hasSize(count);
    for (int i = 0; i < count; i++) {
      assertThat(originals.get(i)).isEqualTo(frame(every * i));
    }
  }

  @Test
  void framesAreReadInAnyOrder() throws IOException {
    List<Original> originals = originals(new FrameChoice(1), clip);
    assertThat(originals.get(7).read()).isEqualTo(C);
    assertThat(originals.get(3).read()).isEqualTo(B);
    assertThat(originals.get(0).read()).isEqualTo(A);
    assertThat(originals.get(9).read()).isEqualTo(A);
    assertThat(originals.get(9).name()).isEqualTo("m.y4m at 0.360 s");
  }

  @Test
  void clipsStandAmongPicturesInFoldersPatternsAndLists() throws IOException {
    PictureFiles.write(folder.resolve("set/a.png"), A);
    PictureFiles.write(folder.resolve("set/z.png"), B);
    Original first = new Original.Still(folder.resolve("set/a.png"));
    Original last = new Original.Still(folder.resolve("set/z.png"));
    FrameChoice two = new FrameChoice(5);
    assertThat(originals(two, folder.resolve("set")))
        .containsExactly(first, frame(0), frame(5), last);
    assertThat(originals(two, folder.resolve("set/*.Y4M"))).containsExactly(frame(0), frame(5));
    Path list = Files.writeString(folder.resolve("list.txt"), "set/z.png\nset/m.y4m\n");
    assertThat(originals(two, list)).containsExactly(last, frame(0), frame(5));
  }

  /** Whatever reads ahead and whatever is kept: a search for each frame, or none. */
  @ParameterizedTest
  @CsvSource({"1, 0", "3, 0", "1, 9000", "2, 1000000"})
  void batchesAreThoseOfTheSamePicturesAsFiles(int workers, long cacheBytes) throws Exception {
    Path stills = folder.resolve("stills");
    Picture[] frames = {A, B, C};
    for (int i = 0; i < frames.length; i++) {
      PictureFiles.write(stills.resolve(i + ".png"), frames[i]);
    }
    Path moving = DrawnClip.write(folder.resolve("moving.y4m"), frames);
    List<Batch> expected = load(stills, new PatchOptions.Loading(1, 1 << 20, false), 12);
    List<Batch> received = load(moving, new PatchOptions.Loading(workers, cacheBytes, false), 12);
    for (int i = 0; i < expected.size(); i++) {
      assertThat(received.get(i).lr()).isEqualTo(expected.get(i).lr());
      assertThat(received.get(i).hr()).isEqualTo(expected.get(i).hr());
      assertThat(received.get(i).endsEpoch()).isEqualTo(expected.get(i).endsEpoch());
    }
  }

  @Test
  void skipsABrokenVideoWithAWarning() throws IOException {
    Files.writeString(folder.resolve("set/broken.mp4"), "no clip");
    assertThat(originals(FrameChoice.DIFFERING, folder.resolve("set"))).hasSize(4);
    assertThat(warnings).singleElement().asString().contains("broken.mp4").endsWith("; skipped");

    PictureSet set = PictureSet.of(List.of(folder.resolve("set")));
    assertThatThrownBy(() -> set.originals(FrameChoice.DIFFERING, true, warnings::add))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("broken.mp4: expected a video clip");
    PictureSet nothing = PictureSet.of(List.of(folder.resolve("set/broken.mp4")));
    assertThatThrownBy(() -> nothing.originals(FrameChoice.DIFFERING, false, warnings::add))
        .hasMessage("broken.mp4: expected an image or a video that can be read, received none");
  }

  @Test
  void usesTheIntactPartOfATruncatedVideo() throws IOException {
    byte[] bytes = Files.readAllBytes(clip);
    Files.write(clip, Arrays.copyOf(bytes, bytes.length * 55 / 100));
    assertThat(originals(FrameChoice.DIFFERING, clip)).startsWith(frame(0), frame(3));
  }

  /** All have one size: it is said once. */
  @Test
  void framesThatAreTooSmallAreWarnedOfOnce() throws Exception {
    PictureFiles.write(folder.resolve("set/large.png"), DrawnClip.card(96, 96, 7));
    PatchOptions large =
        new PatchOptions(
            2,
            Colour.Y,
            4,
            32,
            6,
            Degradation.DEFAULT,
            Set.of(),
            7,
            new PatchOptions.Loading(1, 1 << 20, false));
    List<Original> originals = originals(new FrameChoice(1), folder.resolve("set"));
    try (PatchLoader loader = new PatchLoader(originals, large, Position.START, warnings::add)) {
      loader.next();
      assertThat(loader.skipped()).isEqualTo(10);
    }
    assertThat(warnings).singleElement().asString().contains("m.y4m", "at least 64 pixels");
  }

  @Test
  void theDigestCoversClips() throws IOException {
    String before = PictureSet.of(List.of(clip)).sha256();
    byte[] bytes = Files.readAllBytes(clip);
    bytes[bytes.length - 1] ^= 1;
    Files.write(clip, bytes);
    assertThat(PictureSet.of(List.of(clip)).sha256()).isNotEqualTo(before);
  }

  private Original frame(int number) {
    return new Original.Frame(clip, number * (1.0 / 25));
  }

  private List<Original> originals(FrameChoice choice, Path source) throws IOException {
    return PictureSet.of(List.of(source)).originals(choice, false, warnings::add);
  }

  private List<Batch> load(Path source, PatchOptions.Loading loading, int count) throws Exception {
    PatchOptions options =
        new PatchOptions(2, Colour.Y, 4, 8, 6, Degradation.DEFAULT, Set.of(), 7, loading);
    List<Batch> batches = new ArrayList<>();
    List<Original> originals = originals(new FrameChoice(1), source);
    try (PatchLoader loader = new PatchLoader(originals, options, Position.START, warnings::add)) {
      for (int i = 0; i < count; i++) {
        batches.add(loader.next());
      }
    }
    return batches;
  }

  /** Each sample another, as of a camera at night. */
  private static Picture noisy(Picture picture) {
    byte[] samples = picture.samples().clone();
    for (int i = 0; i < samples.length; i++) {
      samples[i] = Picture.toSample((samples[i] & 0xff) + (i * 31 % 7) - 3);
    }
    return new Picture(picture.width(), picture.height(), 1, samples);
  }

  private static Picture dark(Picture picture) {
    byte[] samples = picture.samples().clone();
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (byte) ((samples[i] & 0xff) / 10);
    }
    return new Picture(picture.width(), picture.height(), 1, samples);
  }
}
