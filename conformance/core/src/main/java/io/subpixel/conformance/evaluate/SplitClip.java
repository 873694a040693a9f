package io.subpixel.conformance.evaluate;

import io.subpixel.pictures.Picture;
import io.subpixel.pictures.internal.AtomicFile;
import io.subpixel.runtime.batch.internal.Rebuilt;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/**
 * A clip of rebuilt frames whose left half is by bicubic and whose right half is by the model, with
 * a white line between them: YUV4MPEG2, 4:2:0, studio range, without colour. It only appears once
 * it is committed.
 */
public final class SplitClip implements Closeable {
  private static final byte[] FRAME = "FRAME\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte WHITE = (byte) 235;
  private static final byte NEUTRAL = (byte) 128;

  private final AtomicFile file;
  private final OutputStream out;
  private final double framesPerSecond;
  private boolean begun;

  private SplitClip(AtomicFile file, OutputStream out, double framesPerSecond) {
    this.file = file;
    this.out = out;
    this.framesPerSecond = framesPerSecond;
  }

  /**
   * Begins a temporary file.
   *
   * @param framesPerSecond a constant rate, as that format has no other
   */
  public static SplitClip create(Path target, double framesPerSecond) throws IOException {
    AtomicFile file = AtomicFile.create(target);
    try {
      OutputStream out = new BufferedOutputStream(Files.newOutputStream(file.temporary()), 1 << 16);
      return new SplitClip(file, out, framesPerSecond);
    } catch (FileSystemException e) {
      throw file.explained(e);
    }
  }

  /** Adds a frame; all have the size of the first. */
  public void add(Rebuilt pictures) throws IOException {
    int width = pictures.hr().width();
    int height = pictures.hr().height();
    if (!begun) {
      String header =
          String.format(
              Locale.ROOT,
              "YUV4MPEG2 W%d H%d F%d:1000 Ip A1:1 C420mpeg2 XCOLORRANGE=LIMITED\n",
              width,
              height,
              Math.round(1000 * framesPerSecond));
      out.write(header.getBytes(StandardCharsets.US_ASCII));
      begun = true;
    }
    int middle = width / 2;
    byte[] luma = new byte[width * height];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        Picture from = x < middle ? pictures.bicubic() : pictures.sr();
        luma[y * width + x] =
            x == middle || x == middle - 1
                ? WHITE
                : Picture.toSample(16 + 219f * from.at(x, y, 0) / 255);
      }
    }
    byte[] chroma = new byte[2 * ((width + 1) / 2) * ((height + 1) / 2)];
    Arrays.fill(chroma, NEUTRAL);
    out.write(FRAME);
    out.write(luma);
    out.write(chroma);
  }

  /** Moves the file into place. */
  public void commit() throws IOException {
    out.close();
    file.commit();
  }

  @Override
  public void close() throws IOException {
    try (file) {
      out.close();
    }
  }
}
