package io.subpixel.pictures.internal.jpeg;

import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.pictures.file.PictureReader;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JpegQualityTest {
  @TempDir private Path folder;

  /** The JDK scales IJG's tables by the same rule. */
  @ParameterizedTest
  @CsvSource({"5", "12", "30", "49", "50", "51", "60", "75", "90", "95", "99"})
  void theTablesTellTheQuality(int quality) throws IOException {
    for (int type : new int[] {BufferedImage.TYPE_INT_RGB, BufferedImage.TYPE_BYTE_GRAY}) {
      Path file = folder.resolve("picture.jpg");
      write(new BufferedImage(20, 10, type), quality / 100f, file);
      try (PictureReader reader = PictureReader.open(file, 1000)) {
        assertThat(reader.jpegQuality().orElseThrow()).isBetween(quality - 1, quality + 1);
      }
    }
  }

  @Test
  void otherFormatsHaveNone() throws IOException {
    Path file = folder.resolve("picture.png");
    ImageIO.write(new BufferedImage(20, 10, BufferedImage.TYPE_INT_RGB), "png", file.toFile());
    try (PictureReader reader = PictureReader.open(file, 1000)) {
      assertThat(reader.jpegQuality()).isEmpty();
    }
  }

  @Test
  void tablesThatAreCutShortAreLeftToTheDecoder() {
    JpegQuality quality = new JpegQuality();
    quality.define(new byte[] {0x10, 1, 2, 3});
    quality.use(0);
    assertThat(quality.value()).isEmpty();
  }

  private static void write(BufferedImage image, float quality, Path file) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(file.toFile())) {
      ImageWriteParam parameters = writer.getDefaultWriteParam();
      parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      parameters.setCompressionQuality(quality);
      writer.setOutput(out);
      writer.write(null, new IIOImage(image, null, null), parameters);
    } finally {
      writer.dispose();
    }
  }
}
