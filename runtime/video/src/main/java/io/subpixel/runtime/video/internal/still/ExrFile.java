package io.subpixel.runtime.video.internal.still;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.codec.PictureSource;
import io.subpixel.pictures.internal.codec.DecodeErrors;
import io.subpixel.pictures.internal.codec.GuardedInput;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads the header of OpenEXR (<a href="https://openexr.com/en/latest/OpenEXRFileLayout.html">file
 * layout</a>). FFmpeg decodes the file itself.
 *
 * @param layout of the display window: grey or RGB, with or without alpha, 16 bits
 * @param primaries of its colours
 */
record ExrFile(PictureLayout layout, Primaries primaries) {
  private static final int TILED = 0x200;
  private static final int NOT_AN_IMAGE = 0x800;
  private static final int PARTS = 0x1000;
  private static final int MAX_NAME = 255;
  private static final int MAX_CHANNELS = 1 << 20;
  private static final int UINT = 0;

  /** Rows of a chunk, by the number of the compression. */
  private static final int[] ROWS = {1, 1, 1, 16, 32, 16, 32, 32, 32, 256};

  private static final String KINDS = "OpenEXR of one part and one level, with R, G, B or Y";

  /** What the attributes said so far. */
  private static final class Header {
    private final String where;
    private final Map<String, Channel> channels = new HashMap<>();
    private int width;
    private int height;
    private Primaries primaries = Primaries.SRGB;
    private boolean hasLevels;
    private long dataWidth;
    private long dataHeight;
    private long tileWidth;
    private long tileHeight;
    private int compression;

    private Header(String where) {
      this.where = where;
    }

    /** Takes an attribute whose value begins where the input is. */
    private void take(String name, String type, int size, GuardedInput in) throws IOException {
      switch (name + " " + type) {
        case "channels chlist" -> takeChannels(size, in);
        case "displayWindow box2i" -> {
          long left = in.readInt();
          long top = in.readInt();
          // Windows of more than 31 bits are too large, however they are counted.
          width = (int) Math.min(Integer.MAX_VALUE, in.readInt() - left + 1);
          height = (int) Math.min(Integer.MAX_VALUE, in.readInt() - top + 1);
        }
        case "dataWindow box2i" -> {
          long left = in.readInt();
          long top = in.readInt();
          dataWidth = in.readInt() - left + 1;
          dataHeight = in.readInt() - top + 1;
        }
        case "compression compression" -> compression = in.readUnsignedByte();
        case "tiles tiledesc" -> {
          tileWidth = in.readUnsignedInt();
          tileHeight = in.readUnsignedInt();
          hasLevels = (in.readUnsignedByte() & 15) != 0;
        }
        case "chromaticities chromaticities" -> {
          double[] places = new double[8];
          for (int i = 0; i < places.length; i++) {
            places[i] = in.readFloat();
          }
          primaries = Primaries.of(places);
        }
        default -> {}
      }
    }

    private void takeChannels(int size, GuardedInput in) throws IOException {
      if (size > MAX_CHANNELS) {
        throw new IOException("its list of channels takes " + size + " bytes");
      }
      for (String name = text(in); !name.isEmpty(); name = text(in)) {
        int type = in.readInt();
        in.skipBytes(4);
        int across = in.readInt();
        int down = in.readInt();
        boolean isWhole = across == 1 && down == 1;
        channels.put(name, new Channel(type, isWhole));
      }
    }

    private ExrFile file(long maxPixels) throws IOException {
      boolean isGrey = !channels.containsKey("R");
      boolean hasAlpha = channels.containsKey("A");
      for (String name : isGrey ? new String[] {"Y"} : new String[] {"R", "G", "B"}) {
        requireChannel(name);
      }
      if (hasAlpha) {
        requireChannel("A");
      }
      if (hasLevels) {
        throw unread("one of several levels");
      }
      DecodeErrors.requirePixels(width, height, maxPixels, where);
      int channels = (isGrey ? 1 : 3) + (hasAlpha ? 1 : 0);
      return new ExrFile(new PictureLayout(width, height, channels, 16), primaries);
    }

    /**
     * Requires all chunks to lie in the file, as FFmpeg leaves those that don't black. The input is
     * at the table of their places.
     */
    private void requireChunks(boolean isTiled, GuardedInput in) throws IOException {
      if (compression >= ROWS.length || (isTiled && (tileWidth < 1 || tileHeight < 1))) {
        throw new IOException("its chunks can't be counted");
      }
      long across = isTiled ? (dataWidth + tileWidth - 1) / tileWidth : 1;
      long rows = isTiled ? tileHeight : ROWS[compression];
      long chunks = across * ((dataHeight + rows - 1) / rows);
      long table = in.getStreamPosition();
      int chunkHeader = isTiled ? 20 : 8;
      if (chunks < 1 || chunks > (in.length() - table) / (Long.BYTES + chunkHeader)) {
        throw DecodeErrors.cut(where);
      }
      for (long i = 0; i < chunks; i++) {
        in.seek(table + Long.BYTES * i);
        long chunk = in.readLong();
        if (chunk < table || chunk > in.length() - chunkHeader) {
          throw DecodeErrors.cut(where);
        }
        in.seek(chunk + chunkHeader - Integer.BYTES);
        long size = in.readUnsignedInt();
        if (size > in.length() - chunk - chunkHeader) {
          throw DecodeErrors.cut(where);
        }
      }
    }

    private void requireChannel(String name) throws InvalidInputException {
      Channel channel = channels.get(name);
      if (channel == null) {
        throw unread("one without the channel " + name);
      } else if (channel.type == UINT) {
        throw unread("whole numbers in the channel " + name);
      } else if (!channel.isWhole) {
        throw unread("a subsampled channel " + name);
      }
    }

    private InvalidInputException unread(String received) {
      return new InvalidInputException(where, KINDS, received);
    }
  }

  /** A channel's type of samples, and whether each pixel has one. */
  private record Channel(int type, boolean isWhole) {}

  /**
   * Reads the header.
   *
   * @param maxPixels the most pixels that the picture may have
   * @throws InvalidInputException if it is of a kind that isn't read, or too large
   */
  static ExrFile read(PictureSource source, long maxPixels) throws IOException {
    Header header = new Header(source.where());
    try (GuardedInput in = new GuardedInput(source)) {
      in.setByteOrder(ByteOrder.LITTLE_ENDIAN);
      in.skipBytes(4);
      int version = in.readInt();
      if ((version & PARTS) != 0) {
        throw header.unread("one of several parts");
      } else if ((version & NOT_AN_IMAGE) != 0) {
        throw header.unread("deep data");
      }
      for (String name = text(in); !name.isEmpty(); name = text(in)) {
        String type = text(in);
        int size = in.readInt();
        long content = in.getStreamPosition();
        if (size < 0 || size > in.length() - content) {
          throw DecodeErrors.cut(source.where());
        }
        header.take(name, type, size, in);
        in.seek(content + size);
      }
      boolean isTiled = (version & TILED) != 0;
      header.hasLevels &= isTiled;
      ExrFile file = header.file(maxPixels);
      header.requireChunks(isTiled, in);
      return file;
    }
  }

  /** Reads a name that a zero ends. */
  private static String text(GuardedInput in) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int each = in.readUnsignedByte(); each != 0; each = in.readUnsignedByte()) {
      if (bytes.size() == MAX_NAME) {
        throw new IOException("its header has a name of more than " + MAX_NAME + " bytes");
      }
      bytes.write(each);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
