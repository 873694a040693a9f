package io.subpixel.models.picture.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.pictures.RealData;
import io.subpixel.pictures.Drawings;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.Rows;
import io.subpixel.pictures.internal.TestCard;
import io.subpixel.pictures.codec.WriteOptions.Compression;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.Random;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** ImageIO reads what our own PNG encoder writes, and it is no larger than ImageIO's own. */
class PngWrittenTest {
  @ParameterizedTest
  @EnumSource(Compression.class)
  void imageIoReadsTheSameSamples(Compression compression) throws IOException {
    Random random = new Random(42);
    for (int depth : new int[] {8, 16}) {
      for (int channels = 1; channels <= 4; channels++) {
        for (int[] size : new int[][] {{1, 1}, {1, 300}, {300, 1}, {67, 45}, {1000, 60}}) {
          PictureLayout layout = new PictureLayout(size[0], size[1], channels, depth);
          // Waves, noise, or few values: every way that a row may be filtered.
          Rows rows = Originals.rows(layout);
          for (int y = 0; y < layout.height(); y++) {
            int kind = random.nextInt(4);
            for (int i = 0; kind < 2 && i < rows.rowLength(); i++) {
              int value = kind == 0 ? random.nextInt(65536) : i / 9 % 3 * 100;
              if (depth == 8) {
                rows.bytes()[y * rows.rowLength() + i] = (byte) value;
              } else {
                rows.shorts()[y * rows.rowLength() + i] = (short) value;
              }
            }
          }
          assertSame(ImageIO.read(new ByteArrayInputStream(png(rows, layout, compression))), rows);
        }
      }
    }
  }

  /** Grey in three channels goes through zlib. */
  @Test
  void greyInColourIsTheSameToo() throws IOException {
    PictureLayout layout = new PictureLayout(300, 200, 3, 8);
    Rows rows = Originals.rows(layout);
    for (int i = 0; i < rows.bytes().length; i++) {
      rows.bytes()[i] = rows.bytes()[i - i % 3];
    }
    byte[] file = png(rows, layout, Compression.FAST);
    assertSame(ImageIO.read(new ByteArrayInputStream(file)), rows);
  }

  private static void assertSame(BufferedImage image, Rows rows) {
    Raster raster = image.getRaster();
    int[] pixels = raster.getPixels(0, 0, raster.getWidth(), raster.getHeight(), (int[]) null);
    assertThat(pixels).hasSize(rows.count() * rows.rowLength());
    for (int i = 0; i < pixels.length; i++) {
      int sample = rows.depth() == 8 ? rows.bytes()[i] & 0xff : rows.shorts()[i] & 0xffff;
      if (pixels[i] != sample) {
        assertThat(pixels[i]).as("sample " + i).isEqualTo(sample);
      }
    }
  }

  @Test
  void drawnPicturesAreNoLargerThanImageIosOwn() throws IOException {
    for (Picture picture :
        new Picture[] {TestCard.draw(1600, 900, 1), Drawings.smooth(640, 480, 3)}) {
      assertThat(png(picture, Compression.FAST)).isLessThan(imageIo(picture));
      assertThat(png(picture, Compression.SMALL)).isLessThan(png(picture, Compression.FAST));
    }
  }

  /** Together: some of them were reduced to 256 colours, whose repetitions zlib is better at. */
  @Test
  void photographsAreNoLargerThanImageIosOwn() throws IOException {
    long fast = 0;
    long small = 0;
    long imageIo = 0;
    for (Path file : PictureFiles.list(RealData.folder("test/Set14"))) {
      Picture picture = PictureFiles.read(file);
      fast += png(picture, Compression.FAST);
      small += png(picture, Compression.SMALL);
      imageIo += imageIo(picture);
    }
    assertThat(fast).isLessThan(imageIo);
    assertThat(small).isLessThan(fast);
  }

  private static int png(Picture picture, Compression compression) throws IOException {
    return png(Rows.of(picture), PictureLayout.of(picture), compression).length;
  }

  private static byte[] png(Rows rows, PictureLayout layout, Compression compression)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    WriteOptions options = WriteOptions.DEFAULTS.withCompression(compression);
    try (Encoder encoder =
        new PngEncoder(Channels.newChannel(bytes), layout, Metadata.NONE, options)) {
      encoder.write(rows, 0, rows.count());
      encoder.finish();
    }
    return bytes.toByteArray();
  }

  private static int imageIo(Picture picture) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageWriter writer = Jdk.writer("png");
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.write(Samples.of(picture));
    } finally {
      writer.dispose();
    }
    return bytes.size();
  }
}
