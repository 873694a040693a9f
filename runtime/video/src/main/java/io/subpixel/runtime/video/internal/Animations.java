package io.subpixel.runtime.video.internal;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Tells animated pictures from still ones by their content. */
public final class Animations {
  private static final long PNG = 0x89504e470d0a1a0aL;
  private static final int GIF_IMAGE = 0x2c;
  private static final int GIF_EXTENSION = 0x21;

  private Animations() {}

  /**
   * Returns whether a file is a GIF, PNG or WebP of several frames. One that can't be read or is
   * broken counts as still, so that its reader says why.
   */
  public static boolean isAnimated(Path file) {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      long start = in.readLong();
      if (start == PNG) {
        return isAnimatedPng(in);
      } else if (start >>> 32 == 0x47494638) {
        return isAnimatedGif(in);
      }
      return AnimatedWebp.is(file);
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean isAnimatedPng(DataInputStream in) throws IOException {
    while (true) {
      int length = in.readInt();
      String type = new String(in.readNBytes(4), StandardCharsets.ISO_8859_1);
      if (type.equals("acTL")) {
        return in.readInt() > 1;
      } else if (type.equals("IDAT") || length < 0) {
        return false;
      }
      in.skipNBytes(length + 4L);
    }
  }

  private static boolean isAnimatedGif(DataInputStream in) throws IOException {
    // The rest of the signature, and the size of the screen.
    in.skipNBytes(2);
    skipPalette(in, in.readUnsignedByte(), 2);
    int images = 0;
    while (true) {
      int block = in.read();
      if (block == GIF_IMAGE) {
        images++;
        if (images > 1) {
          return true;
        }
        in.skipNBytes(8);
        // The size of the codes follows.
        skipPalette(in, in.readUnsignedByte(), 1);
      } else if (block == GIF_EXTENSION) {
        in.skipNBytes(1);
      } else {
        return false;
      }
      for (int size = in.readUnsignedByte(); size > 0; size = in.readUnsignedByte()) {
        in.skipNBytes(size);
      }
    }
  }

  private static void skipPalette(DataInputStream in, int flags, int more) throws IOException {
    in.skipNBytes(more + ((flags & 0x80) == 0 ? 0 : 3L << ((flags & 7) + 1)));
  }
}
