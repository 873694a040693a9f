package io.subpixel.runtime.video;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.runtime.video.internal.ClipFacts;
import io.subpixel.runtime.video.internal.ClipReader;
import io.subpixel.runtime.video.internal.Frame;
import io.subpixel.runtime.video.internal.FrameFormat;
import io.subpixel.runtime.video.internal.LumaPictures;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The luma of a clip's frames as grey pictures, one after the other, so that a clip may be of any
 * length. Used by one thread at a time; whoever opens it closes it.
 *
 * <pre>{@code
 * try (ClipFrames frames = ClipFrames.open(Path.of("clip.mp4"))) {
 *   for (ClipFrame frame = frames.next(); frame != null; frame = frames.next()) {
 *     System.out.println(frame.seconds() + " s: " + frame.luma());
 *   }
 * }
 * }</pre>
 *
 * <p>Luma is that of full range, 8 bits, whatever range and depth the clip has: black is 0 and
 * white 255, rounded half up; what studio range has beyond black and white is clipped. Frames are
 * as they are stored: a clip's rotation and aspect ratio are for players.
 *
 * @since 0.1
 */
public final class ClipFrames implements AutoCloseable {
  private static final Set<String> ENDINGS =
      Set.of(
          "mp4", "m4v", "mkv", "webm", "mov", "qt", "avi", "divx", "y4m", "ts", "mts", "m2ts",
          "mpg", "mpeg", "mpe", "m2v", "vob", "mod", "wmv", "asf", "flv", "f4v", "3gp", "3g2",
          "ogv", "ogm", "dv", "mxf", "nut", "rm", "rmvb");

  private final ClipReader reader;
  private final FrameFormat format;
  private final double framesPerSecond;
  private final LumaPictures pictures;

  private ClipFrames(ClipReader reader) {
    this.reader = reader;
    ClipFacts facts = reader.header().facts();
    format = facts.format();
    framesPerSecond = facts.frameRate().value();
    pictures = new LumaPictures(format);
  }

  /** Whether a file's name ends like a clip's. */
  public static boolean isClip(Path file) {
    String name = String.valueOf(file.getFileName());
    int dot = name.lastIndexOf('.');
    return dot >= 0 && ENDINGS.contains(name.substring(dot + 1).toLowerCase(Locale.ROOT));
  }

  /**
   * Opens a clip, whatever its name.
   *
   * @throws InvalidInputException if the file is no clip, has no video, interlaced frames, or
   *     frames of a kind that isn't read, such as those of a graphics card
   */
  public static ClipFrames open(Path clip) throws IOException {
    return open(clip, 0, Double.POSITIVE_INFINITY);
  }

  /**
   * Opens a part of a clip.
   *
   * @param start seconds from its beginning
   * @param end likewise, not reached; infinity for all that is left
   * @throws InvalidInputException as above, or if there is no frame in the part
   * @throws IllegalArgumentException unless {@code 0 <= start < end}
   */
  public static ClipFrames open(Path clip, double start, double end) throws IOException {
    return open(clip, new ClipReader.Range(start, end), 0);
  }

  /**
   * The first frame at a moment or after it. Decodes from the key frame before it on, in the
   * calling thread alone.
   *
   * @param seconds from the clip's beginning, as {@link ClipFrame#seconds} has them
   * @throws InvalidInputException as {@link #open(Path, double, double)} does
   */
  public static ClipFrame at(Path clip, double seconds) throws IOException {
    ClipReader.Range range = new ClipReader.Range(seconds, Double.POSITIVE_INFINITY);
    try (ClipFrames frames = open(clip, range, 1)) {
      ClipFrame frame = frames.next();
      if (frame == null) {
        throw new InvalidInputException(
            clip.toString(), "a frame at " + seconds + " s or later", "none");
      }
      return frame;
    }
  }

  private static ClipFrames open(Path clip, ClipReader.Range range, int threads)
      throws IOException {
    return new ClipFrames(ClipReader.open(clip, range, threads));
  }

  /** Columns of every frame. */
  public int width() {
    return format.width();
  }

  /** Rows of every frame. */
  public int height() {
    return format.height();
  }

  /** How many frames there are a second on average; 0 if the clip doesn't tell. */
  public double framesPerSecond() {
    return framesPerSecond;
  }

  /**
   * The next frame; null at the end. What doesn't decode is left out, and {@link #fault} tells it.
   *
   * <p>Frames that change their size midway are made as large as the first.
   */
  public @Nullable ClipFrame next() throws IOException {
    try (Frame frame = reader.nextFrame()) {
      return frame == null
          ? null
          : new ClipFrame(Math.max(0, reader.seconds(frame)), pictures.of(frame));
    }
  }

  /** How many faults were met so far: parts of the file that didn't decode. */
  public int faults() {
    return reader.faults();
  }

  /** What was said of the first fault, and where it was. */
  public Optional<String> fault() {
    return Optional.ofNullable(reader.firstFault());
  }

  @Override
  public void close() {
    reader.close();
  }
}
