package io.subpixel.zoo.degradation;

import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.pictures.Picture;
import io.subpixel.pictures.internal.TestCard;
import io.subpixel.pictures.metrics.Metrics;
import io.subpixel.zoo.degradation.JpegLoss.Chroma;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JpegLossTest {
  /** Sides that no block fits, and colours on both sides of each edge. */
  private static final Picture CARD = TestCard.draw(83, 61, 4);

  /** The JDK's codec is libjpeg: its transform of integers rounds otherwise now and then. */
  @ParameterizedTest
  @CsvSource({"95, HALF", "75, HALF", "40, HALF", "10, HALF", "1, HALF", "90, FULL", "30, FULL"})
  void equalsLibjpeg(int quality, Chroma chroma) throws IOException {
    Picture ours = new JpegLoss(quality, chroma).apply(Planes.of(CARD), 0, 0).toPicture();
    assertNear(ours, throughJdk(CARD, quality, chroma), CARD);
  }

  @Test
  void greyHasNoChroma() throws IOException {
    Picture grey = Picture.ofChannels(CARD.channel(1));
    Picture ours = new JpegLoss(50, Chroma.HALF).apply(Planes.of(grey), 0, 0).toPicture();
    assertNear(ours, throughJdk(grey, 50, Chroma.HALF), grey);
  }

  @Test
  void aShiftedGridIsThatOfAPictureCroppedSince() throws IOException {
    Picture cropped = CARD.crop(5, 3, 64, 48);
    Picture shifted = new JpegLoss(40, Chroma.HALF).apply(Planes.of(cropped), 5, 3).toPicture();
    Picture whole = throughJdk(CARD, 40, Chroma.HALF).crop(5, 3, 64, 48);
    // Blocks that hold pixels outside the crop are others.
    assertNear(
        shifted.crop(16, 16, 24, 16), whole.crop(16, 16, 24, 16), cropped.crop(16, 16, 24, 16));
  }

  private static void assertNear(Picture ours, Picture theirs, Picture original) {
    assertThat(ours).hasToString(theirs.toString());
    double codec = Metrics.psnr(theirs, original, 0);
    // What differs is a sixteenth of what the codec loses, or single steps of rounding.
    assertThat(Metrics.psnr(theirs, ours, 0)).isGreaterThan(Math.min(codec + 12, 50));
  }

  private static Picture throughJdk(Picture picture, int quality, Chroma chroma)
      throws IOException {
    int type = picture.isColour() ? BufferedImage.TYPE_INT_RGB : BufferedImage.TYPE_BYTE_GRAY;
    BufferedImage image = new BufferedImage(picture.width(), picture.height(), type);
    for (int y = 0; y < picture.height(); y++) {
      for (int x = 0; x < picture.width(); x++) {
        for (int c = 0; c < picture.channels(); c++) {
          image.getRaster().setSample(x, y, c, picture.at(x, y, c));
        }
      }
    }
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ImageWriteParam parameters = writer.getDefaultWriteParam();
    parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
    parameters.setCompressionQuality(quality / 100f);
    IIOMetadata metadata =
        writer.getDefaultImageMetadata(new ImageTypeSpecifier(image), parameters);
    if (chroma == Chroma.FULL) {
      String format = "javax_imageio_jpeg_image_1.0";
      IIOMetadataNode root = (IIOMetadataNode) metadata.getAsTree(format);
      IIOMetadataNode luma = (IIOMetadataNode) root.getElementsByTagName("componentSpec").item(0);
      luma.setAttribute("HsamplingFactor", "1");
      luma.setAttribute("VsamplingFactor", "1");
      metadata.setFromTree(format, root);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.write(null, new IIOImage(image, null, metadata), parameters);
    } finally {
      writer.dispose();
    }
    BufferedImage decoded = ImageIO.read(new ByteArrayInputStream(bytes.toByteArray()));
    byte[] samples = new byte[picture.samples().length];
    for (int y = 0, i = 0; y < picture.height(); y++) {
      for (int x = 0; x < picture.width(); x++) {
        for (int c = 0; c < picture.channels(); c++) {
          // The raster of a colour JPEG is B, G, R in memory, but its bands are R, G, B.
          samples[i++] = (byte) decoded.getRaster().getSample(x, y, c);
        }
      }
    }
    return new Picture(picture.width(), picture.height(), picture.channels(), samples);
  }
}
