package io.subpixel.runtime.video.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.Rows;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.runtime.Device;
import io.subpixel.runtime.Upscaler;
import io.subpixel.runtime.testing.TinyModel;
import io.subpixel.runtime.video.VideoUpscaler;
import io.subpixel.zoo.Colour;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames that are stored on their side, and samples that aren't square. */
class ClipOrientationTest {
  private static final Ratio FILM = new Ratio(1, 12800);
  private static final long[] TIMES = {0, 512, 1024};
  private static final int WIDTH = 48;
  private static final int HEIGHT = 32;

  @TempDir private Path folder;

  private static Upscaler open() throws IOException {
    return Upscaler.builder().model(new TinyModel(2, Colour.Y).onnx()).device(Device.CPU).open();
  }

  private Path clip(String pixels, int a, int b, int c, int d) {
    Path file = folder.resolve("in.mp4");
    try (ClipMaker maker = new ClipMaker(file)) {
      maker.video("ffv1", pixels, WIDTH, HEIGHT, FILM, ClipMaker.Look.PLAIN, TIMES);
      maker.displayed(a, b, c, d).write();
    }
    return file;
  }

  /**
   * Every sample is where the matrix puts it: x' = ax + cy, y' = bx + dy, moved into the picture.
   */
  @ParameterizedTest
  @CsvSource({
    "1, 0, 0, 1",
    "-1, 0, 0, 1",
    "1, 0, 0, -1",
    "-1, 0, 0, -1",
    "0, 1, 1, 0",
    "0, 1, -1, 0",
    "0, -1, 1, 0",
    "0, -1, -1, 0"
  })
  void framesAreRotatedByTheirMatrix(int a, int b, int c, int d) throws IOException {
    Path in = clip("yuv444p", a, b, c, d);
    Treatment upright = new Treatment(false, Treatment.Turn.WITH_FULL_CHROMA);
    try (ClipReader reader =
        ClipReader.open(in, ImageSequence.RATE, ClipReader.Range.ALL, 1, upright)) {
      FrameFormat format = reader.header().facts().format();
      assertThat(List.of(format.width(), format.height()))
          .isEqualTo(a == 0 ? List.of(HEIGHT, WIDTH) : List.of(WIDTH, HEIGHT));
      assertThat(reader.header().facts().rotation()).isZero();
      for (int number = 0; number < TIMES.length; number++) {
        try (Frame frame = Objects.requireNonNull(reader.nextFrame())) {
          Planes planes = Planes.of(frame);
          for (int plane = 0; plane < 3; plane++) {
            assertTurned(planes.rows().get(plane), plane, number, a, b, c, d);
          }
        }
      }
    }
  }

  private static void assertTurned(Rows rows, int plane, int number, int a, int b, int c, int d) {
    int left = Math.min(0, a * (WIDTH - 1)) + Math.min(0, c * (HEIGHT - 1));
    int top = Math.min(0, b * (WIDTH - 1)) + Math.min(0, d * (HEIGHT - 1));
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        assertThat(rows.at(b * x + d * y - top, a * x + c * y - left, 0))
            .isEqualTo(ClipMaker.code(plane, x, y, number, 8));
      }
    }
  }

  /** Containers that tell how frames lie get them as they are stored, all others upright. */
  @ParameterizedTest
  @CsvSource({
    "out.mp4, false",
    "out.mov, false",
    "out.mkv, false",
    "out.avi, true",
    "out.y4m, true",
    "out.gif, true",
    "out.webp, true",
    "%d.png, true"
  })
  void aPortraitStaysAPortrait(String name, boolean turned) throws IOException {
    Path in = clip("yuv420p", 0, 1, -1, 0);
    Path out = folder.resolve(name);
    VideoUpscaler.Work work;
    try (Upscaler upscaler = open()) {
      work = VideoUpscaler.builder(upscaler).build().upscale(in, out);
    }
    List<Integer> expected = turned ? List.of(64, 96) : List.of(96, 64);
    assertThat(List.of(work.srWidth(), work.srHeight())).isEqualTo(expected);
    assertThat(work.frames()).isEqualTo(TIMES.length);
    if (name.endsWith("png")) {
      Picture picture = PictureFiles.read(folder.resolve("3.png"));
      assertThat(List.of(picture.width(), picture.height())).isEqualTo(expected);
    } else if (name.endsWith("gif")) {
      BufferedImage picture = ImageIO.read(out.toFile());
      assertThat(List.of(picture.getWidth(), picture.getHeight())).isEqualTo(expected);
    } else if (name.endsWith("webp")) {
      assertThat(sizeOfWebp(out)).isEqualTo(expected);
    } else {
      ClipFacts facts = Survey.of(out).facts();
      assertThat(List.of(facts.format().width(), facts.format().height())).isEqualTo(expected);
      assertThat(facts.rotation()).isEqualTo(turned ? 0 : 90);
    }
  }

  /** Chroma of half the samples goes where luma goes: below grey bars all is grey. */
  @ParameterizedTest
  @ValueSource(strings = {"yuv420p", "yuv422p", "yuv420p10le", "yuv440p"})
  void chromaGoesWithLuma(String pixels) throws IOException {
    Path in = clip(pixels, 0, 1, -1, 0);
    Treatment turned = new Treatment(false, Treatment.Turn.AS_SUBSAMPLED);
    Planes stored;
    Planes upright;
    try (ClipReader reader = ClipReader.open(in, ClipReader.Range.ALL, 1);
        Frame frame = Objects.requireNonNull(reader.nextFrame())) {
      stored = Planes.of(frame);
    }
    try (ClipReader reader =
            ClipReader.open(in, ImageSequence.RATE, ClipReader.Range.ALL, 1, turned);
        Frame frame = Objects.requireNonNull(reader.nextFrame())) {
      upright = Planes.of(frame);
    }
    assertThat(upright.format().log2ChromaWidth()).isEqualTo(stored.format().log2ChromaWidth());
    assertThat(upright.format().depth()).isEqualTo(stored.format().depth());
    for (int plane = 0; plane < 3; plane++) {
      Rows from = stored.rows().get(plane);
      Rows to = upright.rows().get(plane);
      double difference = 0;
      for (int y = 2; y < to.count() - 2; y++) {
        for (int x = 2; x < to.width() - 2; x++) {
          // Clockwise: what lay at the bottom is at the left.
          int column = y * from.width() / to.count();
          int row = from.count() - 1 - x * from.count() / to.width();
          difference += Math.abs(to.at(y, x, 0) - from.at(row, column, 0));
        }
      }
      double mean = difference / to.count() / to.width() / (1 << (stored.format().depth() - 8));
      // The gradient has steps of 3 and 5 a sample, and a jump where it wraps round.
      assertThat(mean).as("plane " + plane).isLessThan(plane == 0 ? 0.01 : 14);
    }
  }

  @Test
  void previewsAreUpright() throws IOException {
    Path in = clip("yuv420p", 0, 1, -1, 0);
    List<VideoUpscaler.Preview> previews = new ArrayList<>();
    try (Upscaler upscaler = open()) {
      VideoUpscaler.builder(upscaler).build().preview(in, 1, previews::add);
    }
    Picture seen = previews.get(0).upscaled();
    assertThat(List.of(seen.width(), seen.height())).containsExactly(64, 96);
  }

  @Test
  void otherAnglesAreRejectedIfTheContainerCantStoreThem() throws IOException {
    Path in = folder.resolve("in.mp4");
    try (ClipMaker maker = new ClipMaker(in)) {
      maker.video("ffv1", "yuv420p", WIDTH, HEIGHT, FILM, ClipMaker.Look.PLAIN, TIMES);
      maker.rotation(30).write();
    }
    try (Upscaler upscaler = open()) {
      VideoUpscaler video = VideoUpscaler.builder(upscaler).build();
      video.upscale(in, folder.resolve("out.mp4"));
      assertThatThrownBy(() -> video.upscale(in, folder.resolve("out.gif")))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("in.mp4: expected frames rotated by multiples of 90 degrees");
    }
    assertThat(Survey.of(folder.resolve("out.mp4")).facts().rotation()).isCloseTo(30, within(0.01));
  }

  /** None of the samples is lost: the side that is too short becomes longer. */
  @ParameterizedTest
  @CsvSource({
    "out.gif, 4, 3, 128, 64",
    "out.webp, 4, 3, 128, 64",
    "out.gif, 8, 9, 96, 72",
    "out.webp, 8, 9, 96, 72",
    "out.webp, 1, 1, 96, 64",
    "%d.png, 4, 3, 96, 64"
  })
  void samplesBecomeSquareIfTheContainerCantStoreTheirShape(
      String name, int wide, int high, int width, int height) throws IOException {
    Path in = folder.resolve("in.mp4");
    ClipMaker.Look look = new ClipMaker.Look(1, 1, 1, 1, 1, new Ratio(wide, high));
    try (ClipMaker maker = new ClipMaker(in)) {
      maker.video("ffv1", "yuv420p", WIDTH, HEIGHT, FILM, look, TIMES).write();
    }
    Path out = folder.resolve(name);
    VideoUpscaler.Work work;
    try (Upscaler upscaler = open()) {
      work = VideoUpscaler.builder(upscaler).build().upscale(in, out);
    }
    assertThat(List.of(work.srWidth(), work.srHeight())).containsExactly(width, height);
    if (name.endsWith("gif")) {
      BufferedImage picture = ImageIO.read(out.toFile());
      assertThat(List.of(picture.getWidth(), picture.getHeight())).containsExactly(width, height);
    } else if (name.endsWith("webp")) {
      assertThat(sizeOfWebp(out)).containsExactly(width, height);
    } else {
      // PNG tells it, as FFmpeg has it: pHYs.
      byte[] png = Files.readAllBytes(folder.resolve("1.png"));
      int at = new String(png, StandardCharsets.ISO_8859_1).indexOf("pHYs");
      ByteBuffer shape = ByteBuffer.wrap(png, at + 4, 8);
      assertThat(List.of(shape.getInt(), shape.getInt())).containsExactly(wide, high);
    }
  }

  /** Of an extended file: less by one, in 24 bits each. */
  private static List<Integer> sizeOfWebp(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    return List.of((bytes.getInt(24) & 0xffffff) + 1, (bytes.getInt(27) & 0xffffff) + 1);
  }
}
