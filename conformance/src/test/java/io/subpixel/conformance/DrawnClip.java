package io.subpixel.conformance;

import io.subpixel.pictures.Picture;
import io.subpixel.pictures.internal.TestCard;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Clips whose every sample is known: YUV4MPEG2, grey of full range, 25 frames a second. */
public final class DrawnClip {
  private DrawnClip() {}

  /** Writes frames of one size, each grey. */
  public static Path write(Path file, Picture... frames) throws IOException {
    ByteArrayOutputStream clip = new ByteArrayOutputStream();
    String header =
        String.format(
            "YUV4MPEG2 W%d H%d F25:1 Ip A1:1 Cmono XCOLORRANGE=FULL\n",
            frames[0].width(), frames[0].height());
    clip.writeBytes(header.getBytes(StandardCharsets.US_ASCII));
    for (Picture frame : frames) {
      clip.writeBytes("FRAME\n".getBytes(StandardCharsets.US_ASCII));
      clip.writeBytes(frame.samples());
    }
    Files.createDirectories(file.resolveSibling("."));
    return Files.write(file, clip.toByteArray());
  }

  /** A drawn picture without colour. */
  public static Picture card(int width, int height, long seed) {
    return Picture.ofChannels(TestCard.draw(width, height, seed).channel(1));
  }
}
