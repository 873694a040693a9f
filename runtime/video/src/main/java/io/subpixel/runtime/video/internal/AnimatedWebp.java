package io.subpixel.runtime.video.internal;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.Rows;
import io.subpixel.pictures.codec.PictureSource;
import io.subpixel.pictures.file.PictureReader;
import io.subpixel.pictures.internal.Temporaries;
import io.subpixel.pictures.internal.codec.DecodeErrors;
import io.subpixel.pictures.internal.webp.Riff;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Animated WebP (RFC 9649), which FFmpeg doesn't read. Each frame becomes a still WebP for libwebp,
 * is drawn on the canvas as libwebp's {@code WebPAnimDecoder} does, and is stored as APNG.
 */
final class AnimatedWebp {
  private static final int HEADER = 12;
  private static final int CHUNK_HEADER = 8;
  private static final int EXTENDED_BYTES = 10;
  private static final int FRAME_HEADER = 16;
  private static final int ANMF = 'A' << 24 | 'N' << 16 | 'M' << 8 | 'F';
  private static final int DURATION_AT = 12;
  private static final int ANIMATION = 0x02;
  private static final int DISPOSED = 1;
  private static final int UNBLENDED = 2;
  private static final int MAX_FRAME_BYTES = 1 << 28;

  /** Enough for thousands of frames of 1080p; a small file could demand hours. */
  private static final long MAX_DRAWN = 1L << 34;

  /** Bytes per pixel: the canvas, and a frame in libwebp, in the binding and here. */
  private static final int BYTES_A_PIXEL = 4 + 4 + 4 + 4;

  private final Path file;
  private final FileChannel in;
  private final int width;
  private final int height;
  private final List<Part> parts = new ArrayList<>();
  private final int[] canvas;
  private @Nullable Part previous;
  private boolean previousIsKey;

  /**
   * A frame of the file.
   *
   * @param at the position of its chunks
   * @param bytes their length
   */
  private record Part(
      int x, int y, int width, int height, int milliseconds, int flags, long at, int bytes) {
    boolean isDisposed() {
      return (flags & DISPOSED) != 0;
    }

    boolean isBlended() {
      return (flags & UNBLENDED) == 0;
    }

    boolean covers(int column, int row) {
      return column >= x && column < x + width && row >= y && row < y + height;
    }
  }

  private AnimatedWebp(Path file, FileChannel in) throws IOException {
    this.file = file;
    this.in = in;
    ByteBuffer canvasSize = bytes(HEADER + CHUNK_HEADER, EXTENDED_BYTES);
    width = 1 + read24(canvasSize, 4);
    height = 1 + read24(canvasSize, 7);
    DecodeErrors.requirePixels(width, height, FrameDecoder.MAX_PIXELS, file.toString());
    DecodeErrors.requireMemory((long) width * height * BYTES_A_PIXEL, file.toString());
    findParts();
    canvas = new int[width * height];
  }

  /** Returns whether a file is an animated WebP, by its content. */
  static boolean is(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    try (FileChannel channel = FileChannel.open(file)) {
      ByteBuffer start = ByteBuffer.allocate(HEADER + CHUNK_HEADER + EXTENDED_BYTES);
      while (start.hasRemaining() && channel.read(start) > 0) {
        // Read on.
      }
      String text = new String(start.array(), 0, start.position(), StandardCharsets.ISO_8859_1);
      return !start.hasRemaining()
          && text.startsWith("RIFF")
          && text.startsWith("WEBPVP8X", 8)
          && (start.get(HEADER + CHUNK_HEADER) & ANIMATION) != 0;
    }
  }

  /**
   * Draws every frame, and stores them with their times. The caller deletes the file.
   *
   * @return a temporary APNG, with alpha only if any pixel isn't opaque
   * @throws InvalidInputException if it is broken, too large, or would fill the disk
   */
  static Path toApng(Path file) throws IOException {
    Path apng = Temporaries.file(".apng");
    boolean written = false;
    try (FileChannel in = FileChannel.open(file)) {
      AnimatedWebp animation =
          DecodeErrors.guarded(file.toString(), () -> new AnimatedWebp(file, in));
      boolean opaque = animation.isOpaque();
      long most = Files.getFileStore(apng).getUsableSpace() / 2;
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(apng))) {
        animation.write(new ApngWriter(out, animation.width, animation.height, opaque), most);
      } catch (IOException e) {
        throw Temporaries.explained(apng, e);
      }
      written = true;
      return apng;
    } finally {
      if (!written) {
        Files.deleteIfExists(apng);
      }
    }
  }

  /** Sets how long the last frame of a file is shown; a file of one frame stays as it is. */
  static void setLastDuration(Path file, double seconds) throws IOException {
    long last = -1;
    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      for (long at = HEADER; at + CHUNK_HEADER <= out.length(); ) {
        out.seek(at);
        int type = out.readInt();
        long size = Integer.reverseBytes(out.readInt()) & 0xffffffffL;
        if (type == ANMF) {
          last = at + CHUNK_HEADER;
        }
        at += CHUNK_HEADER + size + size % 2;
      }
      if (last >= 0) {
        int milliseconds = (int) Math.min(0xffffff, Math.rint(1000 * seconds));
        out.seek(last + DURATION_AT);
        out.write(milliseconds);
        out.write(milliseconds >> 8);
        out.write(milliseconds >> 16);
      }
    }
  }

  private void findParts() throws IOException {
    // A file that was cut short plays as far as it goes.
    long end = Math.min(in.size(), CHUNK_HEADER + (bytes(4, 4).getInt() & 0xffffffffL));
    long drawn = 0;
    for (long at = HEADER; at + CHUNK_HEADER <= end; ) {
      ByteBuffer head = bytes(at, CHUNK_HEADER);
      String type = StandardCharsets.ISO_8859_1.decode(head.slice(0, 4)).toString();
      long size = head.getInt(4) & 0xffffffffL;
      long data = at + CHUNK_HEADER;
      if (data + size > end) {
        break;
      }
      if (type.equals("ANMF")) {
        drawn += (long) width * height;
        if (drawn > MAX_DRAWN) {
          throw new InvalidInputException(
              file.toString(),
              "at most " + MAX_DRAWN / width / height + " frames of " + width + "x" + height,
              "more");
        }
        parts.add(part(data, size));
      }
      at = data + size + size % 2;
    }
    if (parts.isEmpty()) {
      throw DecodeErrors.cut(file.toString());
    }
  }

  private Part part(long at, long size) throws IOException {
    if (size < FRAME_HEADER || size > MAX_FRAME_BYTES) {
      throw broken("a frame of " + size + " bytes");
    }
    ByteBuffer head = bytes(at, FRAME_HEADER);
    Part part =
        new Part(
            2 * read24(head, 0),
            2 * read24(head, 3),
            1 + read24(head, 6),
            1 + read24(head, 9),
            read24(head, DURATION_AT),
            head.get(15),
            at + FRAME_HEADER,
            (int) size - FRAME_HEADER);
    if (part.x > width - part.width || part.y > height - part.height) {
      throw broken("a frame beyond it");
    }
    return part;
  }

  /** Returns whether every pixel of every frame is opaque. */
  private boolean isOpaque() throws IOException {
    for (Part part : parts) {
      draw(part);
      for (int pixel : canvas) {
        if (pixel >>> 24 != 255) {
          return false;
        }
      }
      dispose(part);
    }
    return true;
  }

  private void write(ApngWriter to, long mostBytes) throws IOException {
    Arrays.fill(canvas, 0);
    previous = null;
    to.begin(parts.size());
    for (Part part : parts) {
      draw(part);
      to.frame(canvas, part.milliseconds);
      dispose(part);
      if (to.bytes() > mostBytes) {
        throw new InvalidInputException(
            file.toString(),
            "frames that fit into half of the free space in " + Temporaries.root(),
            "more than " + mostBytes + " bytes");
      }
    }
    to.end();
  }

  private void draw(Part part) throws IOException {
    PictureSource source = PictureSource.of(still(part), file.toString());
    try (PictureReader reader = PictureReader.open(source, FrameDecoder.MAX_PIXELS)) {
      PictureLayout layout = reader.layout();
      if (layout.width() != part.width || layout.height() != part.height) {
        throw broken("a frame of " + layout.width() + "x" + layout.height());
      }
      Rows rows = new Rows(part.height, layout);
      reader.read(rows, 0, part.height);
      byte[] samples = rows.bytes();
      boolean alpha = layout.hasAlpha();
      boolean isKey = isKey(part, alpha);
      boolean blended = part.isBlended() && !isKey;
      Part disposed = previous != null && previous.isDisposed() ? previous : null;
      int at = 0;
      for (int y = 0; y < part.height; y++) {
        int to = (part.y + y) * width + part.x;
        for (int x = 0; x < part.width; x++, to++) {
          int colour =
              (samples[at] & 255) << 16 | (samples[at + 1] & 255) << 8 | (samples[at + 2] & 255);
          int pixel = (alpha ? samples[at + 3] & 255 : 255) << 24 | colour;
          boolean isCleared = disposed != null && disposed.covers(part.x + x, part.y + y);
          canvas[to] = blended && !isCleared ? blend(pixel, canvas[to]) : pixel;
          at += layout.channels();
        }
      }
      previous = part;
      previousIsKey = isKey;
    }
  }

  /** Returns whether nothing of earlier frames shows, as libwebp decides it. */
  private boolean isKey(Part part, boolean alpha) {
    if (previous == null || ((!alpha || !part.isBlended()) && isFull(part))) {
      return true;
    }
    return previous.isDisposed() && (isFull(previous) || previousIsKey);
  }

  private boolean isFull(Part part) {
    return part.width == width && part.height == height;
  }

  /** Returns a file of only one frame. */
  private byte[] still(Part part) throws IOException {
    ByteBuffer data = bytes(part.at, part.bytes);
    Riff still = new Riff();
    for (int at = 0; at + CHUNK_HEADER <= part.bytes; ) {
      String type = StandardCharsets.ISO_8859_1.decode(data.slice(at, 4)).toString();
      int size = data.getInt(at + 4);
      at += CHUNK_HEADER;
      if (size < 0 || size > part.bytes - at) {
        throw DecodeErrors.cut(file.toString());
      }
      byte[] content = new byte[size];
      data.get(at, content);
      if (type.equals("ALPH")) {
        still.extended(Riff.ALPHA, part.width, part.height);
      }
      if (type.equals("ALPH") || type.equals("VP8 ") || type.equals("VP8L")) {
        still.chunk(type, content);
      }
      at += size + size % 2;
    }
    return still.encoded();
  }

  /** Blends as libwebp's {@code BlendPixelNonPremult} does, in its arithmetic. */
  private static int blend(int source, int target) {
    int alpha = source >>> 24;
    if (alpha == 255) {
      return source;
    } else if (alpha == 0) {
      return target;
    }
    int share = ((target >>> 24) * (256 - alpha)) >> 8;
    int sum = alpha + share;
    long scale = (1L << 24) / sum;
    int blended = sum << 24;
    for (int shift = 0; shift < 24; shift += 8) {
      long weighted = (source >> shift & 255L) * alpha + (target >> shift & 255L) * share;
      blended |= (int) ((weighted * scale) >> 24) << shift;
    }
    return blended;
  }

  /** Clears what a frame leaves. Like browsers, ignores the background's colour. */
  private void dispose(Part part) {
    if (!part.isDisposed()) {
      return;
    }
    for (int y = part.y; y < part.y + part.height; y++) {
      int from = y * width + part.x;
      Arrays.fill(canvas, from, from + part.width, 0);
    }
  }

  private InvalidInputException broken(String received) {
    return new InvalidInputException(
        file.toString(), "frames within its canvas of " + width + "x" + height, received);
  }

  private ByteBuffer bytes(long at, int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (in.read(bytes, at + bytes.position()) < 0) {
        throw DecodeErrors.cut(file.toString());
      }
    }
    return bytes.flip();
  }

  private static int read24(ByteBuffer from, int at) {
    return (from.getShort(at) & 0xffff) | (from.get(at + 2) & 255) << 16;
  }
}
