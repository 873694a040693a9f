package io.subpixel.runtime.video;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.UnavailableException;
import io.subpixel.runtime.Upscaler;
import io.subpixel.runtime.video.internal.ClipEncoding;
import io.subpixel.runtime.video.internal.ClipReader;
import io.subpixel.runtime.video.internal.ClipTask;
import io.subpixel.runtime.video.internal.Journal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Upscales clips: what is picture goes through a model, everything else (audio, subtitles,
 * chapters, tags, timestamps) is copied as it is. Y of YUV goes through the model, U and V are
 * enlarged by bicubic where they lie, and nothing becomes RGB on the way. Decoding, the network and
 * encoding overlap, a few frames at a time.
 *
 * <pre>{@code
 * try (Upscaler upscaler = Upscaler.builder().open()) {
 *   VideoUpscaler.builder(upscaler).build().upscale(Path.of("clip.mp4"), Path.of("large.mp4"));
 * }
 * }</pre>
 *
 * <p>An upscaler that chooses does so once for a clip, by four of its first 25 frames.
 *
 * <p>Frames are 8, 10 or 12 bits, 4:2:0, 4:2:2, 4:4:4 or grey. Thread-safe: clips may be upscaled
 * at once. The upscaler belongs to the caller.
 *
 * @since 0.1
 */
public final class VideoUpscaler {
  /**
   * The most pixels of a frame that is written: encoders fail at more, some by ending the process.
   */
  public static final long MAX_PIXELS = 7680L * 4320;

  private final ClipTask task;

  private VideoUpscaler(ClipTask task) {
    this.task = task;
  }

  /** Is told how far a clip is; on a thread of its own, which waits meanwhile. */
  @FunctionalInterface
  public interface Listener {
    /**
     * One more frame is written.
     *
     * @param frames how many are
     * @param part how much of the clip that is, 0..1; NaN if the clip doesn't tell its length
     */
    void written(long frames, double part);
  }

  /**
   * What became of a clip.
   *
   * @param frames that were written
   * @param resumed how many of them an earlier run had encoded
   * @param repeated how many of them were those before once more, and so weren't computed again
   * @param lrWidth columns of the frames that were read
   * @param lrHeight their rows
   * @param srWidth columns of the frames that were written
   * @param srHeight their rows
   * @param encoder FFmpeg's name of what encoded them
   * @param chosen what upscaled them
   * @param decode the time to read and decode frames
   * @param network the time to upscale them
   * @param encode the time to encode and write them
   * @param total from the opening to the end; the others overlap
   * @param stopped whether it ended early, as it was asked to or the calling thread was interrupted
   * @param dropped what was left out, such as {@code data mebx}; sound, subtitles and alpha are
   *     only by {@link Builder#dropUnfit}, or where the output holds pictures alone
   * @param notes what was done to frames that aren't as the first, and how many were left out, in
   *     words
   * @param faults what didn't decode, in parts of the file; the frames in them are lost
   * @param fault what was said of the first of them
   */
  public record Work(
      long frames,
      long resumed,
      long repeated,
      int lrWidth,
      int lrHeight,
      int srWidth,
      int srHeight,
      String encoder,
      Upscaler.Chosen chosen,
      Duration decode,
      Duration network,
      Duration encode,
      Duration total,
      boolean stopped,
      List<String> dropped,
      List<String> notes,
      int faults,
      Optional<String> fault) {
    /** Copies the lists. */
    public Work {
      dropped = List.copyOf(dropped);
      notes = List.copyOf(notes);
    }
  }

  /** Where what is encoded is kept while an output isn't whole. */
  public static Path unfinished(Path output) {
    return Journal.beside(output);
  }

  /** Starts from the defaults: the whole clip, an encoder that suits the output's ending. */
  public static Builder builder(Upscaler upscaler) {
    return new Builder(upscaler);
  }

  /**
   * Upscales a clip. Either the whole output is there afterwards, or none.
   *
   * @param input a file of any container and codec that FFmpeg reads
   * @param output a name that ends in .mp4, .mkv, .webm, .mov, .avi, .y4m, .gif or .webp; its
   *     folders are created, a file that is there is replaced. Or a pattern such as {@code
   *     frames/%06d.png} for a file a frame, numbered from 1, which stay if a later one fails
   * @throws InvalidInputException if the input is no clip, or none of those above, or becomes
   *     larger than {@link #MAX_PIXELS}; if the output can't be written or can't hold what the clip
   *     has
   * @throws IOException if reading or writing fails
   * @throws UnavailableException if memory doesn't suffice
   */
  public Work upscale(Path input, Path output) throws IOException {
    return task.upscale(input, output);
  }

  /**
   * A frame as it would become.
   *
   * @param seconds from the clip's beginning
   * @param bicubic the frame enlarged by bicubic, R, G, B
   * @param upscaled the frame as the model enlarges it, of the same size
   * @param chosen what upscaled it
   */
  public record Preview(
      double seconds, Picture bicubic, Picture upscaled, Upscaler.Chosen chosen) {}

  /** Takes previews, one by one. */
  @FunctionalInterface
  public interface Previews {
    /** One more is ready. */
    void take(Preview preview) throws IOException;
  }

  /**
   * Upscales some frames, spread evenly over the clip's part, and writes nothing.
   *
   * @param count how many; fewer if the clip has fewer
   * @throws InvalidInputException as {@link #upscale}
   * @throws IllegalArgumentException if count is less than 1
   */
  public void preview(Path input, int count, Previews previews) throws IOException {
    if (count < 1) {
      throw new IllegalArgumentException("count: expected 1 or more, received " + count);
    }
    task.preview(input, count, previews);
  }

  /** Says how. Not thread-safe. */
  public static final class Builder {
    private final Upscaler upscaler;
    private @Nullable String codec;
    private OptionalInt quality = OptionalInt.empty();
    private OptionalLong bitRate = OptionalLong.empty();
    private boolean dropUnfit;
    private double start;
    private double end = Double.POSITIVE_INFINITY;
    private Listener listener = (frames, part) -> {};
    private BooleanSupplier stop = () -> false;
    private boolean deinterlace;
    private boolean keepsUnfinished;
    private boolean resumes;

    private Builder(Upscaler upscaler) {
      this.upscaler = upscaler;
    }

    /**
     * {@code h264}, {@code vp9}, {@code av1}, {@code mpeg4}, {@code prores}, {@code ffv1}, {@code
     * rawvideo}, or the name of one of FFmpeg's encoders; by default one that the container and the
     * frames suit.
     */
    public Builder codec(String name) {
      codec = name;
      return this;
    }

    /** A quality on the encoder's own scale, less is better; in place of a bit rate. */
    public Builder quality(int value) {
      quality = OptionalInt.of(value);
      bitRate = OptionalLong.empty();
      return this;
    }

    /**
     * Bits a second, in place of a quality.
     *
     * @throws IllegalArgumentException if it is less than 1
     */
    public Builder bitRate(long bits) {
      if (bits < 1) {
        throw new IllegalArgumentException("bit rate: expected 1 or more, received " + bits);
      }
      bitRate = OptionalLong.of(bits);
      quality = OptionalInt.empty();
      return this;
    }

    /**
     * Leaves out sound, subtitles and alpha that the output's container can't hold, in place of
     * refusing.
     */
    public Builder dropUnfit() {
      dropUnfit = true;
      return this;
    }

    /**
     * A part of the clip, in seconds from its beginning. The output begins at 0.
     *
     * @param from the first moment
     * @param to the moment behind the last; infinity for all that is left
     * @throws IllegalArgumentException unless {@code 0 <= from < to}
     */
    public Builder range(double from, double to) {
      if (!(from >= 0 && from < to)) {
        throw new IllegalArgumentException(
            "range: expected 0 <= start < end, received " + from + " and " + to);
      }
      start = from;
      end = to;
      return this;
    }

    /** Who is told of every frame. */
    public Builder listener(Listener told) {
      listener = told;
      return this;
    }

    /** Asked before every frame whether to end: then the output is whole as far as it got. */
    public Builder stop(BooleanSupplier asked) {
      stop = asked;
      return this;
    }

    /** Makes interlaced frames progressive, one of each, in place of refusing them. */
    public Builder deinterlace() {
      deinterlace = true;
      return this;
    }

    /**
     * Keeps all that is encoded beside the output, in {@link #unfinished}, until the clip is whole,
     * so that a run that is killed or stopped can be gone on with. What the earlier run encoded is
     * then taken over as it is; the clip is decoded from its beginning. GIF and WebP are begun
     * anew.
     *
     * @param resume whether to go on if such a file is there, or if a sequence of pictures has
     *     begun; else that is refused
     */
    public Builder keepUnfinished(boolean resume) {
      keepsUnfinished = true;
      resumes = resume;
      return this;
    }

    /** One for any number of clips. */
    public VideoUpscaler build() {
      return new VideoUpscaler(
          new ClipTask(
              upscaler,
              new ClipEncoding(codec, quality, bitRate, 0, dropUnfit),
              new ClipReader.Range(start, end),
              deinterlace,
              keepsUnfinished,
              resumes,
              listener,
              stop));
    }
  }
}
