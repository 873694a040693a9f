package io.subpixel.runtime.video.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_DATA_CONTENT_LIGHT_LEVEL;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_DATA_MASTERING_DISPLAY_METADATA;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.Rows;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.pictures.metrics.Metrics;
import io.subpixel.runtime.Device;
import io.subpixel.runtime.Upscaler;
import io.subpixel.runtime.testing.TinyModel;
import io.subpixel.runtime.video.VideoUpscaler;
import io.subpixel.zoo.Colour;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacketSideData;
import org.bytedeco.ffmpeg.avutil.AVContentLightMetadata;
import org.bytedeco.ffmpeg.avutil.AVMasteringDisplayMetadata;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Frames that come as fields, go out as pictures, or are brighter than others. */
class OtherFramesTest {
  private static final Ratio FILM = new Ratio(1, 12800);
  private static final long[] TIMES = {0, 512, 1024, 2048, 2560};

  @TempDir private Path folder;

  private static Upscaler open() throws IOException {
    return Upscaler.builder().model(new TinyModel(2, Colour.Y).onnx()).device(Device.CPU).open();
  }

  /** A bar that moves four columns a field. */
  private static int bar(int x, int field) {
    return Math.floorMod(x - 4 * field, 40) < 12 ? 220 : 40;
  }

  /** Ten frames of 80x48; those of fields are woven, the upper one first. */
  private Path fields(String name, boolean interlaced) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(
        "YUV4MPEG2 W80 H48 F25:1 I%s A1:1 C420mpeg2\n"
            .formatted(interlaced ? "t" : "p")
            .getBytes(StandardCharsets.US_ASCII));
    for (int frame = 0; frame < 10; frame++) {
      bytes.writeBytes("FRAME\n".getBytes(StandardCharsets.US_ASCII));
      for (int y = 0; y < 48; y++) {
        for (int x = 0; x < 80; x++) {
          bytes.write(bar(x, 2 * frame + (interlaced ? y % 2 : 0)));
        }
      }
      for (int i = 0; i < 2 * 40 * 24; i++) {
        bytes.write(128);
      }
    }
    return Files.write(folder.resolve(name), bytes.toByteArray());
  }

  @Test
  void fieldsAreDeinterlacedOnRequest() throws IOException {
    Path in = fields("in.y4m", true);
    Path out = folder.resolve("out.mkv");
    try (Upscaler upscaler = open()) {
      VideoUpscaler.builder(upscaler).codec("ffv1").deinterlace().build().upscale(in, out);
    }
    assertThat(Survey.of(out).seconds())
        .containsExactly(0.0, 0.04, 0.08, 0.12, 0.16, 0.2, 0.24, 0.28, 0.32, 0.36);
    List<Planes> frames = Survey.frames(out);
    for (int frame = 1; frame < 9; frame++) {
      Rows luma = frames.get(frame).rows().get(0);
      long teeth = 0;
      for (int y = 4; y < 92; y += 2) {
        for (int x = 0; x < 160; x++) {
          int shown = luma.at(y, x - x % 2, 0);
          // Rows of the first field stay; a comb's teeth would be in each row of the second.
          teeth += Math.abs(shown - bar(x / 2, 2 * frame)) > 40 ? 1 : 0;
        }
      }
      // Woven, 8 of 40 columns in every second row would be of another time: 10 %.
      assertThat(teeth / (44.0 * 160)).isLessThan(0.02);
    }
  }

  @Test
  void progressiveFramesStayAsTheyAre() throws IOException {
    Path in = fields("in.y4m", false);
    Path out = folder.resolve("out.mkv");
    Path asked = folder.resolve("asked.mkv");
    try (Upscaler upscaler = open()) {
      VideoUpscaler.builder(upscaler).codec("ffv1").build().upscale(in, out);
      VideoUpscaler.builder(upscaler).codec("ffv1").deinterlace().build().upscale(in, asked);
    }
    assertThat(Survey.of(asked).pictures()).isEqualTo(Survey.of(out).pictures()).hasSize(10);
    assertThat(Survey.of(asked).times()).isEqualTo(Survey.of(out).times());
  }

  /** Frames become RGB by their own matrix and range. */
  @ParameterizedTest
  @CsvSource({"yuv420p, 1", "yuv444p, 2", "yuv444p10le, 1", "gray, 2"})
  void aSequenceHasOneFilePerFrame(String pixels, int range) throws IOException {
    Path in = folder.resolve("in.mkv");
    // Of BT.709.
    ClipMaker.Look look = new ClipMaker.Look(range, 1, 1, 1, 1, new Ratio(1, 1));
    try (ClipMaker maker = new ClipMaker(in)) {
      maker.video("ffv1", pixels, 50, 34, FILM, look, TIMES).audio("aac", 0.2).write();
    }
    Path out = folder.resolve("deeper/shot-%04d.png");
    Path clip = folder.resolve("out.mkv");
    VideoUpscaler.Work work;
    try (Upscaler upscaler = open()) {
      VideoUpscaler.builder(upscaler).codec("ffv1").build().upscale(in, clip);
      work = VideoUpscaler.builder(upscaler).build().upscale(in, out);
    }
    assertThat(work.dropped()).containsExactly("audio aac");
    assertThat(folder.resolve("deeper").toFile().list())
        .containsExactlyInAnyOrder(
            "shot-0001.png", "shot-0002.png", "shot-0003.png", "shot-0004.png", "shot-0005.png");
    List<Planes> frames = Survey.frames(clip);
    for (int i = 0; i < frames.size(); i++) {
      Picture picture = PictureFiles.read(folder.resolve("deeper/shot-%04d.png".formatted(i + 1)));
      assertThat(List.of(picture.width(), picture.height())).containsExactly(100, 68);
      assertRgb(picture, frames.get(i));
    }
  }

  @Test
  void previewsAreFramesAsTheyWouldBecome() throws IOException {
    Path in = folder.resolve("in.mkv");
    ClipMaker.Look look = new ClipMaker.Look(1, 1, 1, 1, 1, new Ratio(1, 1));
    try (ClipMaker maker = new ClipMaker(in)) {
      maker.video("ffv1", "yuv420p", 50, 34, FILM, look, TIMES).write();
    }
    List<VideoUpscaler.Preview> previews = new ArrayList<>();
    try (Upscaler upscaler = open()) {
      VideoUpscaler video = VideoUpscaler.builder(upscaler).build();
      video.upscale(in, folder.resolve("%d.png"));
      video.preview(in, 2, previews::add);
    }
    // At a quarter and at three quarters of 0.24 seconds, or the next frame.
    assertThat(previews).extracting(VideoUpscaler.Preview::seconds).containsExactly(0.08, 0.2);
    for (int i = 0; i < 2; i++) {
      Picture whole = PictureFiles.read(folder.resolve(i == 0 ? "3.png" : "5.png"));
      assertThat(previews.get(i).upscaled()).isEqualTo(whole);
      Picture bicubic = previews.get(i).bicubic();
      assertThat(bicubic).isNotEqualTo(whole);
      // The tiny model adds at most 9 of 255 levels, and bicubic softens.
      assertThat(Metrics.psnr(whole, bicubic, 2)).isBetween(15.0, 45.0);
    }
    assertThat(folder.toFile().list()).hasSize(1 + TIMES.length);
  }

  private static void assertRgb(Picture picture, Planes frame) {
    FrameFormat format = frame.format();
    double unit = 1 << (format.depth() - 8);
    double black = format.studio() ? 16 : 0;
    double lumaSpan = format.studio() ? 219 : 255;
    double chromaSpan = format.studio() ? 224 : 255;
    int step = 1 << format.log2ChromaWidth();
    for (int y = 4; y < picture.height() - 4; y += step) {
      for (int x = 4; x < picture.width() - 4; x += step) {
        double luma = 255 * (frame.rows().get(0).at(y, x, 0) / unit - black) / lumaSpan;
        double cb = 0;
        double cr = 0;
        if (format.planes() > 1) {
          cb = (frame.rows().get(1).at(y / step, x / step, 0) / unit - 128) * 255 / chromaSpan;
          cr = (frame.rows().get(2).at(y / step, x / step, 0) / unit - 128) * 255 / chromaSpan;
        }
        // Chroma between its samples is FFmpeg's affair, and so is what lies outside RGB.
        double[] rgb = {luma + 1.5748 * cr, luma - 0.1873 * cb - 0.4681 * cr, luma + 1.8556 * cb};
        for (int c = 0; c < picture.channels(); c++) {
          double expected = Math.min(255, Math.max(0, rgb[c]));
          double tolerance = step == 1 ? 1.6 : 60;
          assertThat((double) picture.at(x, y, c)).isCloseTo(expected, within(tolerance));
        }
      }
    }
  }

  @Test
  void aGifKeepsTimesAndColours() throws IOException {
    Path in = folder.resolve("in.mkv");
    try (ClipMaker maker = new ClipMaker(in)) {
      maker.video("ffv1", "yuv444p", 50, 34, FILM, ClipMaker.Look.PLAIN, TIMES).write();
    }
    Path out = folder.resolve("out.gif");
    try (Upscaler upscaler = open()) {
      VideoUpscaler.builder(upscaler).build().upscale(in, out);
      VideoUpscaler.builder(upscaler).build().upscale(in, folder.resolve("%d.png"));
    }
    byte[] gif = Files.readAllBytes(out);
    List<Integer> delays = new ArrayList<>();
    for (int i = 0; i + 8 < gif.length; i++) {
      // Graphic control extensions.
      if ((gif[i] & 0xff) == 0x21
          && (gif[i + 1] & 0xff) == 0xf9
          && gif[i + 2] == 4
          && gif[i + 7] == 0) {
        delays.add((gif[i + 4] & 0xff) | (gif[i + 5] & 0xff) << 8);
      }
    }
    assertThat(delays).startsWith(4, 4, 8, 4).hasSize(TIMES.length);
    assertThat(new String(gif, 0, 6, StandardCharsets.US_ASCII)).isEqualTo("GIF89a");
    BufferedImage first = ImageIO.read(out.toFile());
    Picture exact = PictureFiles.read(folder.resolve("1.png"));
    long difference = 0;
    for (int y = 0; y < 68; y++) {
      for (int x = 0; x < 100; x++) {
        Color shown = new Color(first.getRGB(x, y));
        difference += Math.abs(shown.getRed() - exact.at(x, y, 0));
        difference += Math.abs(shown.getGreen() - exact.at(x, y, 1));
        difference += Math.abs(shown.getBlue() - exact.at(x, y, 2));
      }
    }
    assertThat(List.of(first.getWidth(), first.getHeight())).containsExactly(100, 68);
    // 256 colours for a gradient.
    assertThat(difference / (3.0 * 100 * 68)).isLessThan(16);
  }

  /** GIF counts hundredths of a second, and players take one of them for ten. */
  @Test
  void aGifOmitsFramesThatItCantTime() throws IOException {
    Path in = folder.resolve("in.mkv");
    long[] times = new long[48];
    for (int i = 0; i < times.length; i++) {
      // 250 frames a second.
      times[i] = 4L * i;
    }
    try (ClipMaker maker = new ClipMaker(in)) {
      maker
          .video("ffv1", "yuv444p", 50, 34, new Ratio(1, 1000), ClipMaker.Look.PLAIN, times)
          .write();
    }
    Path out = folder.resolve("out.gif");
    try (Upscaler upscaler = open()) {
      VideoUpscaler.Work work = VideoUpscaler.builder(upscaler).build().upscale(in, out);
      assertThat(work.frames()).isEqualTo(10);
      assertThat(work.notes())
          .containsExactly("38 frames less than 20 ms after another are omitted");
    }
    try (ClipReader reader = ClipReader.open(out, ClipReader.Range.ALL, 1)) {
      long last = -2;
      int frames = 0;
      for (Item item = reader.next(); item != null; item = reader.next()) {
        try (Item each = item) {
          long time = ((Frame) each).pts();
          assertThat(time - last).isGreaterThanOrEqualTo(2);
          last = time;
          frames++;
        }
      }
      assertThat(frames).isEqualTo(10);
    }
  }

  @Test
  void anAnimatedWebpKeepsItsTimes() throws IOException {
    Path in = folder.resolve("in.mkv");
    try (ClipMaker maker = new ClipMaker(in)) {
      maker.video("ffv1", "yuv444p", 50, 34, FILM, ClipMaker.Look.PLAIN, TIMES).write();
    }
    Path out = folder.resolve("out.webp");
    try (Upscaler upscaler = open()) {
      VideoUpscaler.builder(upscaler).quality(5).build().upscale(in, out);
    }
    ByteBuffer webp = ByteBuffer.wrap(Files.readAllBytes(out)).order(ByteOrder.LITTLE_ENDIAN);
    List<Integer> durations = new ArrayList<>();
    int loops = -1;
    for (int at = 12; at + 8 <= webp.limit(); at += 8 + (webp.getInt(at + 4) + 1) / 2 * 2) {
      String chunk = StandardCharsets.US_ASCII.decode(webp.slice(at, 4)).toString();
      if (chunk.equals("ANMF")) {
        durations.add(webp.getInt(at + 8 + 12) & 0xffffff);
      } else if (chunk.equals("ANIM")) {
        loops = webp.getShort(at + 8 + 4);
      }
    }
    assertThat(durations).startsWith(40, 40, 80, 40).hasSize(TIMES.length);
    assertThat(loops).isZero();
  }

  @Test
  void aPatternWithoutANumberIsRejected() {
    try (ClipMaker maker = new ClipMaker(folder.resolve("in.mkv"))) {
      maker.video("ffv1", "gray", 50, 34, FILM, ClipMaker.Look.PLAIN, TIMES).write();
    }
    for (String name : List.of("out.png", "%s.png", "%03d-%03d.png", "%00d.png")) {
      assertThatThrownBy(
              () -> {
                try (Upscaler upscaler = open()) {
                  VideoUpscaler.builder(upscaler)
                      .build()
                      .upscale(folder.resolve("in.mkv"), folder.resolve(name));
                }
              })
          .as(name)
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("expected a name that ends in");
    }
  }

  /** What HDR10 tells of the screen on which a film was made, and of its light. */
  @ParameterizedTest
  @CsvSource({"out.mkv, av1", "out.mp4, av1", "out.mkv, ffv1", "out.webm, av1"})
  void hdrMetadataIsKept(String name, String codec) throws IOException {
    Path in = folder.resolve("in.mkv");
    // BT.2020, PQ.
    ClipMaker.Look look = new ClipMaker.Look(1, 9, 16, 9, 1, new Ratio(1, 1));
    try (ClipMaker maker = new ClipMaker(in)) {
      maker.video("ffv1", "yuv420p10le", 64, 48, FILM, look, TIMES).hdr().write();
    }
    Path out = folder.resolve(name);
    try (Upscaler upscaler = open()) {
      VideoUpscaler.builder(upscaler).codec(codec).build().upscale(in, out);
    }
    List<String> before = sideData(in);
    assertThat(before)
        .containsExactlyInAnyOrder(
            "0.680",
            "0.320",
            "0.265",
            "0.690",
            "0.150",
            "0.060",
            "0.313",
            "0.329",
            "0.005",
            "1000.000",
            "800 300");
    assertThat(sideData(out)).isEqualTo(before);
    assertThat(Survey.of(out).look()).isEqualTo(Survey.of(in).look()).contains("9, 16, 9");
  }

  private static List<String> sideData(Path file) throws IOException {
    try (ClipReader reader = ClipReader.open(file, ClipReader.Range.ALL, 1)) {
      AVCodecParameters parameters = reader.header().stream(reader.header().video()).codecpar();
      List<String> all = new ArrayList<>();
      for (int i = 0; i < parameters.nb_coded_side_data(); i++) {
        AVPacketSideData each = parameters.coded_side_data().getPointer(i);
        if (each.type() == AV_PKT_DATA_MASTERING_DISPLAY_METADATA) {
          AVMasteringDisplayMetadata screen = new AVMasteringDisplayMetadata(each.data());
          List<AVRational> values = new ArrayList<>();
          for (int k = 0; k < 6; k++) {
            values.add(screen.display_primaries(k / 2, k % 2));
          }
          values.addAll(List.of(screen.white_point(0), screen.white_point(1)));
          values.addAll(List.of(screen.min_luminance(), screen.max_luminance()));
          values.forEach(
              value -> all.add(String.format(Locale.ROOT, "%.3f", Natives.ratio(value).value())));
        } else if (each.type() == AV_PKT_DATA_CONTENT_LIGHT_LEVEL) {
          AVContentLightMetadata light = new AVContentLightMetadata(each.data());
          all.add(light.MaxCLL() + " " + light.MaxFALL());
        }
      }
      return all.stream().sorted().toList();
    }
  }
}
