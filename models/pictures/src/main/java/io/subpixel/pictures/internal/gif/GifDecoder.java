package io.subpixel.pictures.internal.gif;

import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.Rows;
import io.subpixel.pictures.codec.Metadata;
import io.subpixel.pictures.codec.PictureDecoder;
import io.subpixel.pictures.codec.PictureSource;
import io.subpixel.pictures.internal.codec.DecodeErrors;
import io.subpixel.pictures.internal.codec.GuardedInput;
import io.subpixel.pictures.internal.codec.LzwStream;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.util.Arrays;
import javax.imageio.stream.ImageInputStream;
import org.jspecify.annotations.Nullable;

/** Decodes GIF (GIF89a) of one frame, which is held whole as a byte per pixel. */
final class GifDecoder implements PictureDecoder {
  private static final long MAX_HELD = Integer.MAX_VALUE - 8;

  /** An LZW code stands for at most 4096 pixels. */
  private static final int MAX_PIXELS_PER_BYTE = 4096;

  private static final int HEADER = 13;
  private static final int IMAGE = 0x2c;
  private static final int EXTENSION = 0x21;
  private static final int GRAPHIC_CONTROL = 0xf9;
  private static final int HAS_PALETTE = 0x80;
  private static final int INTERLACED = 0x40;
  private static final int PALETTE_BITS = 7;

  /** First row, and step, of each pass. */
  private static final int[][] PASSES = {{0, 8}, {4, 8}, {2, 4}, {1, 2}};

  private static final int[][] ROWS_IN_ORDER = {{0, 1}};

  private final PictureSource source;
  private final Frame frame;
  private final PictureLayout layout;
  private byte @Nullable [] indices;
  private int next;

  /** The frame and its position on the canvas. */
  private record Frame(
      int x, int y, int width, int height, Palette palette, boolean interlaced, long data) {
    boolean covers(int canvasWidth, int canvasHeight) {
      return x == 0 && y == 0 && width == canvasWidth && height == canvasHeight;
    }

    boolean holds(int column, int row) {
      return column >= x && column < x + width && row >= y && row < y + height;
    }
  }

  /** R, G, B of each index, one of which may be transparent. */
  private static final class Palette {
    private final byte[] colours;
    private final int clear;

    Palette(byte[] colours, int clear) {
      this.colours = colours;
      this.clear = clear;
    }

    boolean isGrey() {
      boolean grey = true;
      for (int i = 0; i < colours.length; i += 3) {
        grey &= colours[i] == colours[i + 1] && colours[i + 1] == colours[i + 2];
      }
      return grey;
    }

    void put(int index, byte[] samples, int to, int channels) {
      int shown = channels < 3 ? 1 : 3;
      for (int c = 0; c < shown; c++) {
        int at = 3 * index + c;
        // Missing colours are black, as in other decoders.
        samples[to + c] = at < colours.length ? colours[at] : 0;
      }
      if (channels > shown) {
        samples[to + shown] = (byte) (index == clear ? 0 : 0xff);
      }
    }
  }

  GifDecoder(PictureSource source, long maxPixels) throws IOException {
    this.source = source;
    String where = source.where();
    int width;
    int height;
    try (GuardedInput in = new GuardedInput(source)) {
      in.setByteOrder(ByteOrder.LITTLE_ENDIAN);
      in.seek(6);
      width = in.readUnsignedShort();
      height = in.readUnsignedShort();
      frame = frame(in, where);
    }
    DecodeErrors.requirePixels(frame.width, frame.height, Math.min(maxPixels, MAX_HELD), where);
    // Some programs write a canvas smaller than its frame.
    width = Math.max(width, frame.x + frame.width);
    height = Math.max(height, frame.y + frame.height);
    DecodeErrors.requirePixels(width, height, maxPixels, where);
    long pixels = (long) frame.width * frame.height;
    DecodeErrors.requireContent(pixels / MAX_PIXELS_PER_BYTE, source.size(), where);
    DecodeErrors.requireMemory(pixels, where);
    boolean covers = frame.covers(width, height);
    int colours = covers && frame.palette.isGrey() ? 1 : 3;
    int alpha = covers && frame.palette.clear < 0 ? 0 : 1;
    layout = new PictureLayout(width, height, colours + alpha, 8);
  }

  /** Returns the only frame. Only after its end can one tell whether more follow. */
  private static Frame frame(ImageInputStream in, String where) throws IOException {
    in.seek(HEADER - 3);
    int screen = in.readUnsignedByte();
    in.seek(HEADER);
    byte[] global = palette(in, screen);
    Frame frame = null;
    int clear = -1;
    while (true) {
      int block = in.read();
      if (block == EXTENSION) {
        boolean control = in.readUnsignedByte() == GRAPHIC_CONTROL;
        clear = control && frame == null ? clearIndex(in) : clear;
      } else if (block == IMAGE) {
        if (frame != null) {
          throw DecodeErrors.animated(where, "an animation");
        }
        int x = in.readUnsignedShort();
        int y = in.readUnsignedShort();
        int width = in.readUnsignedShort();
        int height = in.readUnsignedShort();
        int flags = in.readUnsignedByte();
        byte[] local = palette(in, flags);
        Palette palette = new Palette(local.length > 0 ? local : greysUnless(global), clear);
        boolean interlaced = (flags & INTERLACED) != 0;
        frame = new Frame(x, y, width, height, palette, interlaced, in.getStreamPosition());
        in.readUnsignedByte();
      } else if (frame == null) {
        throw DecodeErrors.cut(where);
      } else {
        return frame;
      }
      for (int size = in.read(); size > 0; size = in.read()) {
        in.seek(in.getStreamPosition() + size);
      }
    }
  }

  private static byte[] palette(ImageInputStream in, int flags) throws IOException {
    boolean has = (flags & HAS_PALETTE) != 0;
    byte[] colours = new byte[has ? 3 << ((flags & PALETTE_BITS) + 1) : 0];
    in.readFully(colours);
    return colours;
  }

  /** Returns the global palette. Without one, indices are greys, as in other decoders. */
  private static byte[] greysUnless(byte[] global) {
    if (global.length > 0) {
      return global;
    }
    byte[] greys = new byte[3 * 256];
    for (int i = 0; i < greys.length; i++) {
      greys[i] = (byte) (i / 3);
    }
    return greys;
  }

  /**
   * Returns the index that a graphic control extension makes transparent, or -1. The stream keeps
   * its position.
   */
  private static int clearIndex(ImageInputStream in) throws IOException {
    long at = in.getStreamPosition();
    byte[] control = new byte[5];
    in.readFully(control);
    in.seek(at);
    return control[0] >= 4 && (control[1] & 1) != 0 ? control[4] & 0xff : -1;
  }

  @Override
  public PictureLayout layout() {
    return layout;
  }

  @Override
  public Metadata metadata() {
    return Metadata.NONE;
  }

  @Override
  public void read(Rows into, int at, int count) throws IOException {
    byte[] all = indices == null ? decode() : indices;
    indices = all;
    int channels = layout.channels();
    for (int i = 0; i < count; i++, next++) {
      int to = (at + i) * into.rowLength();
      for (int x = 0; x < layout.width(); x++, to += channels) {
        if (frame.holds(x, next)) {
          int index = all[(next - frame.y) * frame.width + x - frame.x] & 0xff;
          frame.palette.put(index, into.bytes(), to, channels);
        } else {
          // Pixels outside the frame are transparent.
          Arrays.fill(into.bytes(), to, to + channels, (byte) 0);
        }
      }
    }
  }

  private byte[] decode() throws IOException {
    byte[] pixels = new byte[frame.width * frame.height];
    try (GuardedInput in = new GuardedInput(source)) {
      in.seek(frame.data);
      int literalBits = in.readUnsignedByte();
      if (literalBits < 1 || literalBits > 11) {
        throw new IOException("its LZW codes have " + literalBits + " bits");
      }
      InputStream codes = LzwStream.ofGif(new BufferedInputStream(new Blocks(in)), literalBits);
      for (int[] pass : frame.interlaced ? PASSES : ROWS_IN_ORDER) {
        for (int y = pass[0]; y < frame.height; y += pass[1]) {
          if (codes.readNBytes(pixels, y * frame.width, frame.width) < frame.width) {
            throw new EOFException();
          }
        }
      }
    }
    return pixels;
  }

  /** Reads the bytes of data sub-blocks, up to an empty one. */
  private static final class Blocks extends InputStream {
    private final ImageInputStream in;
    private final byte[] block = new byte[255];
    private int at;
    private int size;

    Blocks(ImageInputStream in) {
      this.in = in;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int count) throws IOException {
      if (at == size) {
        size = in.readUnsignedByte();
        at = 0;
        in.readFully(block, 0, size);
      }
      int n = Math.min(count, size - at);
      System.arraycopy(block, at, bytes, offset, n);
      at += n;
      return n == 0 && count > 0 ? -1 : n;
    }
  }

  @Override
  public void close() {
    indices = null;
  }
}
