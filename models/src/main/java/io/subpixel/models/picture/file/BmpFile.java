package io.subpixel.models.picture.file;

import io.subpixel.models.picture.file.Metadata.Density;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Path;
import javax.imageio.ImageReader;
import org.jspecify.annotations.Nullable;

/** Opens BMP: density and profile of its header; the JDK's reader decodes. */
final class BmpFile {
  static final int FILE_HEADER = 14;
  static final int INFO_HEADER = 40;

  private static final int V5_HEADER = 124;
  private static final int COMPRESSION = FILE_HEADER + 16;
  private static final int DENSITY = FILE_HEADER + 24;
  private static final int COLOUR_SPACE = FILE_HEADER + 56;
  private static final int PROFILE = FILE_HEADER + 112;
  private static final int EMBEDDED = 0x4d424544;
  private static final int RLE8 = 1;
  private static final int RLE4 = 2;
  private static final int MOST_PROFILE = 32 << 20;

  private BmpFile() {}

  static Decoder open(Path path, String where, long maxPixels) throws IOException {
    EndGuard in = new EndGuard(path);
    ImageReader reader = Jdk.reader("bmp");
    boolean opened = false;
    try {
      in.setByteOrder(ByteOrder.LITTLE_ENDIAN);
      in.seek(FILE_HEADER);
      int header = in.readInt();
      Metadata metadata = Metadata.NONE;
      boolean runs = false;
      if (header >= INFO_HEADER) {
        in.seek(COMPRESSION);
        int compression = in.readInt();
        runs = compression == RLE8 || compression == RLE4;
        in.seek(DENSITY);
        Density density = Density.ofMetre(in.readInt(), in.readInt());
        metadata = metadata.withDensity(density.isSane() ? density : null);
      }
      if (header >= V5_HEADER) {
        metadata = metadata.withIccProfile(profile(in));
      }
      // Runs go on from row to row: all of them are decoded together.
      int step = runs ? Integer.MAX_VALUE : 1;
      RegionDecoder decoder = new RegionDecoder(reader, in, metadata, step, maxPixels, where);
      opened = true;
      return decoder;
    } finally {
      if (!opened) {
        reader.dispose();
        in.close();
      }
    }
  }

  private static byte @Nullable [] profile(EndGuard in) throws IOException {
    in.seek(COLOUR_SPACE);
    boolean embedded = in.readInt() == EMBEDDED;
    in.seek(PROFILE);
    long at = FILE_HEADER + in.readUnsignedInt();
    long size = in.readUnsignedInt();
    if (!embedded || size > MOST_PROFILE || at + size > in.length()) {
      return null;
    }
    byte[] profile = new byte[(int) size];
    in.seek(at);
    in.readFully(profile);
    return profile;
  }
}
