package io.subpixel.runtime.video.internal.still;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.codec.Metadata;
import io.subpixel.pictures.codec.Metadata.Density;
import io.subpixel.pictures.codec.PictureSource;
import io.subpixel.pictures.internal.codec.DecodeErrors;
import io.subpixel.pictures.internal.codec.GuardedInput;
import io.subpixel.pictures.internal.metadata.Exif;
import io.subpixel.runtime.video.internal.still.BoxReader.Box;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Reads the header of JPEG 2000 (ISO/IEC 15444-1): boxes of JP2, and the first marker of the
 * codestream. FFmpeg decodes the file itself.
 *
 * @param depths bits of a component's samples, one a channel; empty where FFmpeg scales them itself
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Jpeg2000File(PictureLayout layout, int[] depths, Metadata metadata) {
  private static final int MAX_BOX = 32 << 20;
  private static final int CODESTREAM = 'j' << 24 | 'p' << 16 | '2' << 8 | 'c';
  private static final int ENUMERATED = 1;
  private static final int CMYK = 12;
  private static final int YCC = 18;
  private static final int MAX_DEPTH = 16;
  private static final HexFormat HEX = HexFormat.of();
  private static final byte[] EXIF = HEX.parseHex("4a706754696666457869662d3e4a5032");
  private static final byte[] XMP = HEX.parseHex("be7acfcb97a942e89c71999491e3afac");

  /** What the boxes said so far. */
  private static final class Header {
    private final String where;
    private Metadata metadata = Metadata.NONE;
    private int paletteColumns;
    private int paletteDepth;
    private boolean isYcc;
    private @Nullable Components components;

    private Header(String where) {
      this.where = where;
    }

    private void take(Box box) throws IOException {
      BoxReader content = box.content();
      switch (box.type()) {
        case "jp2h", "res " -> {
          while (content.hasMore()) {
            take(content.box());
          }
        }
        case "colr" -> takeColour(content);
        case "pclr" -> {
          content.skip(2);
          paletteColumns = content.u8();
          paletteDepth = (content.u8() & 0x7f) + 1;
        }
        case "resc", "resd" -> takeDensity(content);
        case "uuid" -> takeUuid(content.rest());
        default -> {}
      }
    }

    private void takeColour(BoxReader content) throws IOException {
      int method = content.u8();
      content.skip(2);
      if (method == ENUMERATED) {
        long space = content.u32();
        isYcc = space == YCC;
        if (space == CMYK) {
          throw unread("CMYK");
        }
      } else if (metadata.iccProfile() == null) {
        byte[] profile = content.rest();
        boolean isCmyk =
            profile.length > 20
                && new String(profile, 16, 4, StandardCharsets.ISO_8859_1).equals("CMYK");
        if (isCmyk) {
          throw unread("CMYK");
        }
        metadata = metadata.withIccProfile(profile);
      }
    }

    private void takeDensity(BoxReader content) throws IOException {
      double[] values = new double[4];
      for (int i = 0; i < values.length; i++) {
        values[i] = content.u16();
      }
      double y = values[0] / values[1] * Math.pow(10, (byte) content.u8());
      double x = values[2] / values[3] * Math.pow(10, (byte) content.u8());
      Density density = Density.ofMetre(x, y);
      if (density.isSane()) {
        metadata = metadata.withDensity(density);
      }
    }

    private void takeUuid(byte[] data) {
      int length = EXIF.length;
      if (data.length <= length) {
        return;
      }
      byte[] content = Arrays.copyOfRange(data, length, data.length);
      if (Jpeg2000Codec.startsWith(data, XMP)) {
        metadata = metadata.withXmp(content);
      } else if (Jpeg2000Codec.startsWith(data, EXIF) && Exif.isStream(content)) {
        metadata = metadata.withExif(content);
      }
    }

    private InvalidInputException unread(String received) {
      return new InvalidInputException(
          where, "JPEG 2000 in grey or in colours of RGB or YCC, up to 16 bits", received);
    }

    private Jpeg2000File file(long maxPixels) throws IOException {
      Components found = components;
      if (found == null) {
        throw new IOException("it has no codestream");
      }
      DecodeErrors.requirePixels(found.width, found.height, maxPixels, where);
      boolean isPalette = paletteColumns > 0;
      int channels = isPalette ? paletteColumns : found.depths.length;
      int depth = isPalette ? paletteDepth : 0;
      for (int each : found.depths) {
        depth = isPalette ? depth : Math.max(depth, each);
      }
      if (channels < 1 || channels > 4 || depth > MAX_DEPTH) {
        throw unread(channels + " components of " + depth + " bits");
      }
      PictureLayout layout =
          new PictureLayout(
              (int) found.width, (int) found.height, channels, depth > 8 ? MAX_DEPTH : 8);
      return new Jpeg2000File(layout, isPalette || isYcc ? new int[0] : found.depths, metadata);
    }
  }

  /** What the codestream's first marker says. */
  private record Components(long width, long height, int[] depths) {
    /** Reads SIZ (A.5.1), at which the reader is. */
    static Components read(GuardedInput in) throws IOException {
      if (in.readInt() != 0xff4fff51) {
        throw new IOException("its codestream has no header");
      }
      in.skipBytes(4);
      long right = in.readUnsignedInt();
      long bottom = in.readUnsignedInt();
      long left = in.readUnsignedInt();
      long top = in.readUnsignedInt();
      in.skipBytes(16);
      int count = in.readUnsignedShort();
      int[] depths = new int[count];
      for (int i = 0; i < count; i++) {
        depths[i] = (in.readUnsignedByte() & 0x7f) + 1;
        in.skipBytes(2);
      }
      return new Components(right - left, bottom - top, depths);
    }
  }

  /**
   * Reads the header.
   *
   * @param maxPixels the most pixels that the picture may have
   * @throws InvalidInputException if it is of a kind that isn't read, or too large
   */
  static Jpeg2000File read(PictureSource source, long maxPixels) throws IOException {
    Header header = new Header(source.where());
    try (GuardedInput in = new GuardedInput(source)) {
      if (in.readInt() == 0xff4fff51) {
        in.seek(0);
        header.components = Components.read(in);
        return header.file(maxPixels);
      }
      long length = in.length();
      for (long at = 0; at + 8 <= length; ) {
        in.seek(at);
        long size = in.readUnsignedInt();
        int type = in.readInt();
        if (size == 1) {
          size = in.readLong();
        } else if (size == 0) {
          size = length - at;
        }
        long content = in.getStreamPosition();
        if (size < content - at) {
          throw DecodeErrors.cut(source.where());
        }
        // What follows the codestream in a file that is cut short is no reason to refuse it here.
        if (type == CODESTREAM) {
          header.components = Components.read(in);
        } else if (size <= length - at && size <= MAX_BOX) {
          in.seek(at);
          byte[] box = new byte[(int) size];
          in.readFully(box);
          header.take(BoxReader.of(box).box());
        }
        at += Math.min(size, length - at);
      }
      return header.file(maxPixels);
    }
  }
}
