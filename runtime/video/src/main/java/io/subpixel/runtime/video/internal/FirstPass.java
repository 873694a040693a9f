package io.subpixel.runtime.video.internal;

import static org.bytedeco.ffmpeg.global.avformat.av_guess_format;

import io.subpixel.pictures.InvalidInputException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A first pass over a clip, for an encoding whose rate or size is known in advance: counts what is
 * copied, and lets the encoder gather statistics from frames enlarged by bicubic, which resemble
 * the model's and need no network. Closing it deletes the statistics.
 */
final class FirstPass implements AutoCloseable {
  /** Bytes that containers need per packet, and once. */
  private static final int BYTES_PER_PACKET = 16;

  private static final int BYTES_PER_FILE = 8192;

  /** The part of the room for video that is asked for, as encoders miss their rate slightly. */
  private static final double AIM = 0.97;

  private static final int MIN_BITS = 1000;

  /** Bits per second for gathering statistics of a clip of unknown length. */
  private static final long BITS_AT_FIRST = 4_000_000;

  private final ClipEncoding encoding;
  private @Nullable Path folder;
  private long copied = BYTES_PER_FILE;
  private double seconds;

  private FirstPass(ClipEncoding encoding) {
    this.encoding = encoding;
  }

  /**
   * Goes over a clip.
   *
   * @param reader at the clip's start; it is at the end afterwards
   * @param frames the sizes of frames
   * @param output its ending names the container
   * @param stop checked before every frame for whether to end
   * @throws InvalidInputException if there is no encoder
   */
  static FirstPass over(
      ClipReader reader,
      ClipScaling scaling,
      FrameUpscaler frames,
      ClipEncoding encoding,
      Path output,
      BooleanSupplier stop)
      throws IOException {
    FirstPass pass = new FirstPass(encoding);
    try {
      pass.run(reader, scaling, frames, output, stop);
      return pass;
    } catch (IOException | RuntimeException e) {
      pass.close();
      throw e;
    }
  }

  private void run(
      ClipReader reader,
      ClipScaling scaling,
      FrameUpscaler frames,
      Path output,
      BooleanSupplier stop)
      throws IOException {
    Container container = ClipWriter.container(output);
    Path statistics = Files.createTempDirectory("subpixel-pass-").resolve("statistics");
    folder = statistics.getParent();
    double known = reader.header().facts().seconds();
    double guess = known > 0 ? 8 * encoding.targetSize().orElse(0) / known : BITS_AT_FIRST;
    long bits =
        encoding.bitRate().orElse((long) Math.min(Integer.MAX_VALUE, Math.max(guess, MIN_BITS)));
    ClipEncoding first = encoding.with(bits, new ClipEncoding.Pass(true, statistics));
    try (FrameEncoder encoder =
        FrameEncoder.open(
            reader.header(),
            scaling.shape(),
            first,
            container,
            av_guess_format(container.muxer(), (String) null, null),
            output)) {
      boolean isUseful = ClipCodec.hasTwoPasses(encoder.name());
      if (!isUseful) {
        close();
        if (encoding.targetSize().isEmpty()) {
          return;
        }
      }
      double tick = reader.header().facts().timeBase().value();
      for (Item item = reader.next(); item != null; item = reader.next()) {
        try (Item each = item) {
          if (stop.getAsBoolean()) {
            break;
          }
          copied += BYTES_PER_PACKET;
          if (each instanceof Packet packet) {
            copied += packet.nativePacket().size();
          } else if (each instanceof Frame frame) {
            seconds = (frame.pts() + frame.duration()) * tick;
            if (isUseful) {
              encoder.encode(frames.bicubic(Planes.of(frame)), frame, ignored -> {});
            }
          }
        }
      }
      if (isUseful) {
        encoder.finish(ignored -> {});
      }
    }
  }

  /**
   * Returns the encoding for the second pass.
   *
   * @param output its name in messages
   * @throws InvalidInputException if the size that was asked for is too small
   */
  ClipEncoding second(Path output) throws InvalidInputException {
    Path statistics = folder == null ? null : folder.resolve("statistics");
    ClipEncoding.Pass pass = statistics == null ? null : new ClipEncoding.Pass(false, statistics);
    if (encoding.bitRate().isPresent()) {
      return encoding.with(encoding.bitRate().getAsLong(), pass);
    }
    long size = encoding.targetSize().orElseThrow();
    double bits = 8 * AIM * (size - copied) / Math.max(seconds, 1e-3);
    if (bits < MIN_BITS) {
      throw new InvalidInputException(
          output.toString(),
          "a size of at least "
              + Math.round(copied + MIN_BITS / 8 / AIM * seconds + 1)
              + " bytes, for the streams that are copied and %.1f s of video".formatted(seconds),
          Long.toString(size));
    }
    return encoding.with((long) Math.min(bits, Integer.MAX_VALUE), pass);
  }

  @Override
  public void close() throws IOException {
    if (folder == null) {
      return;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path each : files) {
        Files.delete(each);
      }
    }
    Files.delete(folder);
    folder = null;
  }
}
