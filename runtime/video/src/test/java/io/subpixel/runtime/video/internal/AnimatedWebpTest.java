package io.subpixel.runtime.video.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.runtime.Device;
import io.subpixel.runtime.Upscaler;
import io.subpixel.runtime.testing.TinyModel;
import io.subpixel.runtime.video.ClipFrames;
import io.subpixel.runtime.video.VideoUpscaler;
import io.subpixel.zoo.Colour;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Animated WebP. cwebp and webpmux made the files, of noise with any alpha; each uses offsets,
 * blending and disposal, and plays three times. The digests are those of the canvases of libwebp
 * 1.2.4's WebPAnimDecoder, through Pillow.
 */
class AnimatedWebpTest {
  @TempDir private Path folder;

  private Path file(String name) throws IOException {
    try (InputStream in = AnimatedWebpTest.class.getResourceAsStream(name + ".webp")) {
      return Files.write(folder.resolve(name + ".webp"), Objects.requireNonNull(in).readAllBytes());
    }
  }

  /** Returns the frames of an APNG, each as a PNG that the picture library reads. */
  private static List<Picture> frames(Path apng, Path folder) throws Exception {
    ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(apng));
    byte[] header = new byte[0];
    List<ByteArrayOutputStream> data = new ArrayList<>();
    for (in.position(8); in.hasRemaining(); in.getInt()) {
      byte[] chunk = new byte[in.getInt()];
      byte[] type = new byte[4];
      in.get(type).get(chunk);
      switch (new String(type, StandardCharsets.US_ASCII)) {
        case "IHDR" -> header = chunk;
        case "fcTL" -> data.add(new ByteArrayOutputStream());
        case "IDAT" -> data.get(data.size() - 1).writeBytes(chunk);
        case "fdAT" ->
            data.get(data.size() - 1).writeBytes(Arrays.copyOfRange(chunk, 4, chunk.length));
        default -> {}
      }
    }
    List<Picture> pictures = new ArrayList<>();
    for (ByteArrayOutputStream each : data) {
      ByteArrayOutputStream png = new ByteArrayOutputStream();
      DataOutputStream out = new DataOutputStream(png);
      out.writeLong(0x89504e470d0a1a0aL);
      chunk(out, "IHDR", header);
      chunk(out, "IDAT", each.toByteArray());
      chunk(out, "IEND", new byte[0]);
      Path one = Files.write(folder.resolve("frame.png"), png.toByteArray());
      pictures.add(PictureFiles.read(one));
    }
    return pictures;
  }

  private static void chunk(DataOutputStream out, String type, byte[] data) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(type.getBytes(StandardCharsets.US_ASCII));
    crc.update(data);
    out.writeInt(data.length);
    out.writeBytes(type);
    out.write(data);
    out.writeInt((int) crc.getValue());
  }

  @ParameterizedTest
  @CsvSource({
    "blend, 4, a307fdbdb774de11761859679da596eeafa0064efa961643de471daee59195c8",
    "lossy, 4, 3134ab712fd7a223f581d22cc6b1461bcdc67e5b02bbe6bcf28489c9ad50e73a",
    "opaque, 3, 3741ff7f912b70f5d9bfafa841fd5340ca20d5099ab39563aa8d4cc9b31aceda"
  })
  void everySampleIsThatOfLibwebp(String name, int channels, String digest) throws Exception {
    Path apng = AnimatedWebp.toApng(file(name));
    MessageDigest sum = MessageDigest.getInstance("SHA-256");
    for (Picture frame : frames(apng, folder)) {
      assertThat(frame.channels()).isEqualTo(channels);
      for (int i = 0; i < frame.samples().length; i += channels) {
        sum.update(frame.samples(), i, channels);
        if (channels == 3) {
          sum.update((byte) 255);
        }
      }
    }
    assertThat(HexFormat.of().formatHex(sum.digest())).isEqualTo(digest);
    Files.delete(apng);
  }

  @ParameterizedTest
  @CsvSource({"webp", "gif", "apng", "mkv"})
  void timesAndLoopsAreKept(String ending) throws IOException {
    Path in = file("blend");
    assertThat(ClipFrames.isAnimation(in)).isTrue();
    assertThat(Loops.of(in)).hasValue(3);
    List<Double> times = List.of(0.0, 0.07, 0.1, 0.22, 0.26);
    Path out = folder.resolve("out." + ending);
    try (Upscaler upscaler =
        Upscaler.builder().model(new TinyModel(2, Colour.Y).onnx()).device(Device.CPU).open()) {
      VideoUpscaler.Work work = VideoUpscaler.builder(upscaler).build().upscale(in, out);
      assertThat(List.of(work.frames(), (long) work.srWidth(), (long) work.srHeight()))
          .containsExactly(5L, 28L, 20L);
    }
    List<Double> seconds = Survey.of(out).seconds();
    assertThat(seconds).hasSize(times.size());
    for (int i = 0; i < times.size(); i++) {
      assertThat(seconds.get(i)).isCloseTo(times.get(i), within(1e-3));
    }
    if (!ending.equals("mkv")) {
      assertThat(Loops.of(out)).hasValue(3);
    }
  }

  @Test
  void anOpaqueOneNeedsNoAlpha() throws IOException {
    Survey survey = Survey.of(file("opaque"));
    assertThat(survey.facts().format().hasAlpha()).isFalse();
    assertThat(survey.seconds()).containsExactly(0.0, 0.1);
  }

  @Test
  void stillPicturesAreNone() throws IOException {
    Path png = folder.resolve("a.png");
    PictureFiles.write(png, new Picture(1, 1, 1, new byte[1]));
    assertThat(ClipFrames.isAnimation(png)).isFalse();
    assertThat(ClipFrames.isAnimation(Files.writeString(folder.resolve("b.gif"), "GIF89a")))
        .isFalse();
    assertThat(ClipFrames.isAnimation(folder)).isFalse();
    assertThat(ClipFrames.isAnimation(folder.resolve("absent.webp"))).isFalse();
  }

  /** A canvas of 16384x16384 in a few bytes, and very many frames on a large one. */
  @Test
  void demandsBeyondReasonAreRefused() throws IOException {
    byte[] bytes = Files.readAllBytes(file("opaque"));
    ByteBuffer.wrap(bytes).putShort(24, (short) 0xff3f).putShort(27, (short) 0xff3f);
    Path wide = Files.write(folder.resolve("wide.webp"), bytes);
    assertThatThrownBy(() -> Survey.of(wide))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(wide + ": expected at most 134217728 pixels, received 268435456 (16384x16384)");
    ByteBuffer.wrap(bytes).putShort(24, (short) 0xff1f).putShort(27, (short) 0xff1f);
    int frame = new String(bytes, StandardCharsets.ISO_8859_1).lastIndexOf("ANMF");
    ByteArrayOutputStream many = new ByteArrayOutputStream();
    many.writeBytes(bytes);
    for (int i = 0; i < 300; i++) {
      many.write(bytes, frame, bytes.length - frame);
    }
    byte[] file = many.toByteArray();
    ByteBuffer.wrap(file).order(java.nio.ByteOrder.LITTLE_ENDIAN).putInt(4, file.length - 8);
    Path lengthy = Files.write(folder.resolve("long.webp"), file);
    assertThatThrownBy(() -> Survey.of(lengthy))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(lengthy + ": expected at most 256 frames of 8192x8192, received more");
  }

  @Test
  void damageIsReportedInOneLineAndLeavesNothing() throws IOException {
    long before = temporaries();
    SplittableRandom random = new SplittableRandom(5);
    byte[] whole = Files.readAllBytes(file("lossy"));
    int refused = 0;
    for (int i = 0; i < 300; i++) {
      byte[] bytes = i % 3 == 0 ? Arrays.copyOf(whole, 30 + random.nextInt(600)) : whole.clone();
      bytes[22 + random.nextInt(bytes.length - 22)] = (byte) random.nextInt();
      // The canvas stays small, so that this test stays fast.
      System.arraycopy(whole, 24, bytes, 24, 6);
      Path damaged = Files.write(folder.resolve("damaged.webp"), bytes);
      try (ClipFrames frames = ClipFrames.open(damaged)) {
        while (frames.next() != null) {
          // What is whole is read.
        }
      } catch (InvalidInputException e) {
        refused++;
        assertThat(e.getMessage()).startsWith(damaged + ": expected ").doesNotContain("\n");
      }
    }
    assertThat(refused).isBetween(30, 299);
    assertThat(temporaries()).isEqualTo(before);
  }

  private static long temporaries() throws IOException {
    String own = Long.toHexString(ProcessHandle.current().pid());
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files
          .map(each -> String.valueOf(each.getFileName()))
          .filter(name -> name.matches("subpixel-0*" + own + "-.*\\.apng"))
          .count();
    }
  }
}
