package io.subpixel.models.picture.file;

import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import io.subpixel.models.picture.PictureLayout;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import org.jspecify.annotations.Nullable;

/**
 * Opens WebP (RFC 9649). The decoder, TwelveMonkeys', sees a file that consists of the picture
 * alone: profile and metadata are ours.
 */
final class WebpFile {
  /** Longest side. */
  static final int MAX_SIDE = 16383;

  private static final int MOST_METADATA = 32 << 20;

  /** Made here: whether a plugin is found by itself depends on class loaders and on packaging. */
  private static final WebPImageReaderSpi PROVIDER = new WebPImageReaderSpi();

  /** The decoder's own picture, and what it predicts from. */
  private static final int BYTES_A_PIXEL = 4 + 4;

  private final String where;
  private final Riff picture = new Riff();
  private Metadata metadata = Metadata.NONE;

  private WebpFile(String where) {
    this.where = where;
  }

  static Decoder open(Path path, String where, long maxPixels) throws IOException {
    WebpFile file = new WebpFile(where);
    try (EndGuard in = new EndGuard(path)) {
      file.readChunks(in);
    }
    byte[] bytes = file.picture.encoded();
    ImageReader reader = PROVIDER.createReaderInstance();
    PictureLayout layout;
    try (EndGuard in = new EndGuard(bytes)) {
      reader.setInput(in, true, true);
      int width = reader.getWidth(0);
      int height = reader.getHeight(0);
      Faults.requirePixels(width, height, maxPixels, where);
      Faults.requireMemory((long) width * height * BYTES_A_PIXEL, where);
      Iterator<ImageTypeSpecifier> types = reader.getImageTypes(0);
      ImageTypeSpecifier type = types.next();
      layout = Samples.layout(type.getColorModel(), type.getSampleModel(), width, height, where);
    } finally {
      reader.dispose();
    }
    return new WholeDecoder(layout, file.metadata, () -> load(bytes));
  }

  private static BufferedImage load(byte[] bytes) throws IOException {
    ImageReader reader = PROVIDER.createReaderInstance();
    try (EndGuard in = new EndGuard(bytes)) {
      reader.setInput(in, true, true);
      return reader.read(0);
    } finally {
      reader.dispose();
    }
  }

  private void readChunks(EndGuard in) throws IOException {
    in.setByteOrder(ByteOrder.LITTLE_ENDIAN);
    in.seek(4);
    // The decoder takes what is missing for zeros.
    long end = in.readUnsignedInt() + 8;
    Faults.requireContent(end, in.length(), where);
    long budget = MOST_METADATA;
    for (long at = Riff.HEADER; at + 8 <= end; ) {
      in.seek(at);
      byte[] name = new byte[4];
      in.readFully(name);
      String type = new String(name, StandardCharsets.ISO_8859_1);
      long size = in.readUnsignedInt();
      Faults.requireContent(at + 8 + size, end, where);
      at += 8 + size + size % 2;
      switch (type) {
        case "VP8X" -> takeExtended(data(in, size));
        case "VP8 ", "VP8L", "ALPH" -> {
          Faults.requireMemory(2 * size, where);
          picture.chunk(type, data(in, size));
        }
        case "ANIM", "ANMF" -> throw Faults.animated(where, "an animation");
        case "ICCP", "EXIF", "XMP " -> {
          budget -= size;
          if (budget >= 0) {
            takeMetadata(type, data(in, size));
          }
        }
        default -> {}
      }
    }
  }

  private static byte[] data(EndGuard in, long size) throws IOException {
    byte[] data = new byte[(int) size];
    in.readFully(data);
    return data;
  }

  private void takeExtended(byte[] data) throws IOException {
    if (data.length < 10) {
      throw Faults.cut(where);
    }
    if ((data[0] & Riff.ANIMATION) != 0) {
      throw Faults.animated(where, "an animation");
    }
    data[0] &= Riff.ALPHA;
    picture.chunk("VP8X", data);
  }

  private void takeMetadata(String type, byte[] data) {
    switch (type) {
      case "ICCP" -> metadata = metadata.withIccProfile(data);
      case "XMP " -> metadata = metadata.withXmp(data);
      default -> metadata = metadata.withExif(exif(data));
    }
  }

  /** Some writers leave JPEG's mark before it. */
  private static byte @Nullable [] exif(byte[] data) {
    int mark = JpegSegments.EXIF.length();
    boolean marked =
        data.length > mark
            && new String(data, 0, mark, StandardCharsets.ISO_8859_1).equals(JpegSegments.EXIF);
    byte[] exif = marked ? Arrays.copyOfRange(data, mark, data.length) : data;
    return Exif.isStream(exif) ? exif : null;
  }
}
