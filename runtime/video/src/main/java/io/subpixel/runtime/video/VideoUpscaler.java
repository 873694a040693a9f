package io.subpixel.runtime.video;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.UnavailableException;
import io.subpixel.runtime.TargetSize;
import io.subpixel.runtime.Upscaler;
import io.subpixel.runtime.video.internal.ClipEncoding;
import io.subpixel.runtime.video.internal.ClipReader;
import io.subpixel.runtime.video.internal.ClipTask;
import io.subpixel.runtime.video.internal.HardwareEncoders;
import io.subpixel.runtime.video.internal.Journal;
import io.subpixel.runtime.video.internal.Natives;
import io.subpixel.runtime.video.internal.Parts;
import io.subpixel.runtime.video.internal.Ratio;
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
 * Upscales clips. A model upscales the frames; everything else (audio, subtitles, chapters, tags,
 * timestamps) is copied unchanged. The model upscales Y of YUV; U and V are enlarged by bicubic
 * with their siting preserved, without conversion to RGB. Decoding, the network and encoding
 * overlap, a few frames at a time.
 *
 * <pre>{@code
 * try (Upscaler upscaler = Upscaler.builder().open()) {
 *   VideoUpscaler.builder(upscaler).build().upscale(Path.of("clip.mp4"), Path.of("large.mp4"));
 * }
 * }</pre>
 *
 * <p>An upscaler that chooses a model does so once per clip, by four of its first 25 frames.
 *
 * <p>Frames are 8, 10 or 12 bits, 4:2:0, 4:2:2, 4:4:4 or grey. Thread-safe: several clips may be
 * upscaled at once. The caller owns the upscaler.
 *
 * @since 0.1
 */
public final class VideoUpscaler {
  /**
   * The maximum pixels of an output frame. Encoders fail on larger ones, some by crashing the
   * process.
   */
  public static final long MAX_PIXELS = 7680L * 4320;

  private final ClipTask task;

  private VideoUpscaler(ClipTask task) {
    this.task = task;
  }

  /** Receives the progress of a clip, on its own thread, which waits for the call. */
  @FunctionalInterface
  public interface Listener {
    /**
     * A frame was written.
     *
     * @param frames the number of frames written
     * @param part their share of the clip, 0..1; NaN if its length is unknown
     */
    void written(long frames, double part);
  }

  /**
   * The result of upscaling a clip.
   *
   * @param frames the frames written
   * @param resumed how many of them an earlier run encoded
   * @param repeated how many of them equal the previous one and weren't computed again
   * @param lrWidth columns of the input frames
   * @param lrHeight their rows
   * @param srWidth columns of the output frames
   * @param srHeight their rows
   * @param encoder FFmpeg's name of the encoder
   * @param chosen the upscaler that was used
   * @param decode the time to read and decode frames
   * @param network the time to upscale them
   * @param encode the time to encode and write them
   * @param total the total time; the others overlap
   * @param stopped whether it ended early, on request or because the calling thread was interrupted
   * @param dropped omitted streams, such as {@code data mebx}; audio, subtitles and alpha only with
   *     {@link Builder#dropUnfit}, or if the output holds only pictures
   * @param notes descriptions of conversions of frames that differ from the first, and of omitted
   *     frames
   * @param faults the number of parts of the file that didn't decode; their frames are lost
   * @param fault the description of the first of them
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

  /**
   * An encoder on a graphics card.
   *
   * @param name FFmpeg's, for {@link Builder#codec}
   * @param missing why it can't be used; empty if it can
   */
  public record HardwareEncoder(String name, Optional<String> missing) {}

  /** Tries to open each encoder on graphics cards that this build of FFmpeg has. */
  public static List<HardwareEncoder> hardwareEncoders() {
    return HardwareEncoders.all();
  }

  /** Returns FFmpeg's version and, in parentheses, its licence, as the natives in use tell them. */
  public static String ffmpeg() {
    return "FFmpeg " + Natives.version() + " (" + Natives.licence() + ")";
  }

  /** Returns the file that keeps encoded packets while an output is incomplete. */
  public static Path unfinished(Path output) {
    return Journal.beside(output);
  }

  /**
   * Creates a builder with the defaults: the whole clip, and an encoder that suits the output's
   * ending.
   */
  public static Builder builder(Upscaler upscaler) {
    return new Builder(upscaler);
  }

  /**
   * Upscales a clip. The output appears whole or not at all.
   *
   * @param input a file of any container and codec that FFmpeg reads, or a pattern such as {@code
   *     frames/%05d.png} for one file per frame, numbered without a gap
   * @param output a name that ends in .mp4, .mkv, .webm, .mov, .avi, .y4m, .gif, .apng or .webp;
   *     its folders are created, an existing file is replaced. Or a pattern such as {@code
   *     frames/%06d.png} for one file per frame, numbered from 1; they remain if a later one fails
   * @throws InvalidInputException if the input isn't a supported clip or would become larger than
   *     {@link #MAX_PIXELS}, or if the output can't be written or can't hold the clip's streams
   * @throws IOException if reading or writing fails
   * @throws UnavailableException if memory doesn't suffice
   */
  public Work upscale(Path input, Path output) throws IOException {
    return task.upscale(input, output);
  }

  /**
   * Divides a clip into parts of about the same number of frames, for several machines. Encodes
   * nothing, but checks that the output can hold the clip.
   *
   * @param input the clip
   * @param output a name that ends in .mp4, .mkv, .webm or .mov; nothing is written there
   * @param parts how many; 0 for one per minute. There are fewer if the clip has fewer key frames,
   *     and a single one if its frames have no timestamps or time jumps back
   * @throws InvalidInputException as {@link #upscale}
   * @throws IllegalArgumentException if there are fewer than 0 parts, or this upscaler has a bit
   *     rate or a target size
   */
  public ClipPlan plan(Path input, Path output, int parts) throws IOException {
    if (parts < 0) {
      throw new IllegalArgumentException("parts: expected 0 or more, received " + parts);
    }
    if (task.encoding().isBounded()) {
      throw new IllegalArgumentException(
          "plan: expected a quality, received a bit rate or target size");
    }
    return new ClipPlan(Parts.plan(task, input, output, parts));
  }

  /**
   * A frame, upscaled for a preview.
   *
   * @param seconds the time from the clip's start
   * @param bicubic the frame enlarged by bicubic, R, G, B
   * @param upscaled the frame upscaled by the model, of the same size
   * @param chosen the upscaler that was used
   */
  public record Preview(
      double seconds, Picture bicubic, Picture upscaled, Upscaler.Chosen chosen) {}

  /** Receives previews one by one. */
  @FunctionalInterface
  public interface Previews {
    /** Receives a preview. */
    void take(Preview preview) throws IOException;
  }

  /**
   * Upscales some frames, spread evenly over the range, without writing a file.
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

  /**
   * The sizes of a clip and of what becomes of it.
   *
   * @param lrWidth columns of the input frames
   * @param lrHeight their rows
   * @param srWidth columns of the output frames
   * @param srHeight their rows
   * @param frames the number of frames, by the header or by length and rate; empty if neither tells
   */
  public record Sizes(int lrWidth, int lrHeight, int srWidth, int srHeight, OptionalLong frames) {}

  /**
   * Reads a clip's header and its first frame, so that a caller may refuse it before any work is
   * done. A header may lie about the number of frames.
   *
   * @throws InvalidInputException as {@link #upscale}
   */
  public Sizes sizes(Path input) throws IOException {
    return task.sizes(input);
  }

  /** Makes a picture of a frame: R, G, B of 8 bits. */
  @FunctionalInterface
  public interface FramePicture {
    /** Converts the frame. */
    Picture convert() throws IOException;
  }

  /** Sees the frames of a clip as they are written, on its own thread, which waits for the call. */
  @FunctionalInterface
  public interface Viewer {
    /**
     * A frame was written.
     *
     * @param frames the number of frames written
     * @param frame the upscaled frame, valid during the call alone
     */
    void see(long frames, FramePicture frame) throws IOException;
  }

  /** Configures a video upscaler. Not thread-safe. */
  public static final class Builder {
    private final Upscaler upscaler;
    private TargetSize target = TargetSize.ofModel();
    private @Nullable String codec;
    private OptionalInt quality = OptionalInt.empty();
    private OptionalLong bitRate = OptionalLong.empty();
    private OptionalLong targetSize = OptionalLong.empty();
    private @Nullable String preset;
    private @Nullable String tune;
    private boolean dropUnfit;
    private boolean strip;
    private Ratio frameRate = new Ratio(25, 1);
    private double start;
    private double end = Double.POSITIVE_INFINITY;
    private Listener listener = (frames, part) -> {};
    private Viewer viewer = (frames, frame) -> {};
    private BooleanSupplier stop = () -> false;
    private boolean deinterlace;
    private boolean keepsUnfinished;
    private boolean resumes;

    private Builder(Upscaler upscaler) {
      this.upscaler = upscaler;
    }

    /**
     * Sets the size of the frames as stored; by default the model's scale. Players keep the display
     * aspect ratio: {@link TargetSize.Fit#EXACT} changes the shape of the samples. Where chroma is
     * subsampled, sides that the target leaves open are even.
     */
    public Builder target(TargetSize size) {
      target = size;
      return this;
    }

    /**
     * {@code h264}, {@code hevc}, {@code vp9}, {@code av1}, {@code mpeg4}, {@code prores}, {@code
     * ffv1}, {@code rawvideo}, or the name of one of FFmpeg's encoders; by default one that suits
     * the container and the frames. {@code auto} is the first of {@link #hardwareEncoders} that
     * suits them and can be opened, or else the default; {@link Work#notes} then says why. With
     * FFmpeg's GPL natives on the class path, {@code h264} is x264 and {@code hevc} is x265;
     * without them, {@code h264} is OpenH264.
     */
    public Builder codec(String name) {
      codec = name;
      return this;
    }

    /**
     * Sets a speed by the encoder's own name: x264's and x265's {@code ultrafast} to {@code
     * placebo}, SVT-AV1's 0 to 13. By default a fast one.
     */
    public Builder preset(String name) {
      preset = name;
      return this;
    }

    /** Sets a kind of content by the encoder's own name, such as x264's {@code animation}. */
    public Builder tune(String name) {
      tune = name;
      return this;
    }

    /** Sets a quality on the encoder's own scale, lower is better; instead of a bit rate. */
    public Builder quality(int value) {
      quality = OptionalInt.of(value);
      bitRate = OptionalLong.empty();
      targetSize = OptionalLong.empty();
      return this;
    }

    /**
     * Sets the bytes of the file, which the result approaches but rarely exceeds, instead of a
     * quality. The clip is read twice for that, as for {@link #bitRate}.
     *
     * @throws IllegalArgumentException if it is less than 1
     */
    public Builder targetSize(long bytes) {
      if (bytes < 1) {
        throw new IllegalArgumentException("target size: expected 1 or more, received " + bytes);
      }
      targetSize = OptionalLong.of(bytes);
      quality = OptionalInt.empty();
      bitRate = OptionalLong.empty();
      return this;
    }

    /**
     * Sets the bits per second, instead of a quality. For x264 and x265, a first pass gathers
     * statistics from frames enlarged by bicubic; such a run can't be resumed.
     *
     * @throws IllegalArgumentException if it is less than 1
     */
    public Builder bitRate(long bits) {
      if (bits < 1) {
        throw new IllegalArgumentException("bit rate: expected 1 or more, received " + bits);
      }
      bitRate = OptionalLong.of(bits);
      quality = OptionalInt.empty();
      targetSize = OptionalLong.empty();
      return this;
    }

    /**
     * Sets the frames per second of inputs that are image sequences, such as 30000 and 1001; by
     * default 25.
     *
     * @throws IllegalArgumentException if either number is less than 1
     */
    public Builder frameRate(int frames, int seconds) {
      if (frames < 1 || seconds < 1) {
        throw new IllegalArgumentException(
            "frame rate: expected 1 or more, received " + frames + "/" + seconds);
      }
      frameRate = new Ratio(frames, seconds);
      return this;
    }

    /**
     * Omits audio, subtitles and alpha that the output's container can't hold, instead of failing.
     */
    public Builder dropUnfit() {
      dropUnfit = true;
      return this;
    }

    /**
     * Omits tags, such as titles, places and dates, and data streams. Languages, chapters, rotation
     * and colours stay.
     */
    public Builder strip() {
      strip = true;
      return this;
    }

    /**
     * Restricts the clip to a range, in seconds from its start. The output starts at 0.
     *
     * @param from the start of the range
     * @param to the end of the range, exclusive; infinity for the rest
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

    /** Sets a listener for progress. */
    public Builder listener(Listener told) {
      listener = told;
      return this;
    }

    /** Sets a viewer of the frames that are written. */
    public Builder viewer(Viewer seeing) {
      viewer = seeing;
      return this;
    }

    /**
     * Sets a condition, checked before every frame, that ends the clip early; the output is then
     * complete up to there.
     */
    public Builder stop(BooleanSupplier asked) {
      stop = asked;
      return this;
    }

    /** Deinterlaces interlaced frames, one progressive frame each, instead of rejecting them. */
    public Builder deinterlace() {
      deinterlace = true;
      return this;
    }

    /**
     * Keeps encoded packets next to the output, in {@link #unfinished}, until the clip is complete,
     * so that a killed or stopped run can be resumed. A resumed run reuses what the earlier one
     * encoded, but decodes the clip from its start. GIF and WebP start over.
     *
     * @param resume whether to resume if such a file exists or some pictures of a sequence do;
     *     otherwise that is an error
     */
    public Builder keepUnfinished(boolean resume) {
      keepsUnfinished = true;
      resumes = resume;
      return this;
    }

    /** Creates an upscaler for any number of clips. */
    public VideoUpscaler build() {
      return new VideoUpscaler(
          new ClipTask(
              upscaler,
              target,
              new ClipEncoding(
                  codec, quality, bitRate, targetSize, preset, tune, null, 0, dropUnfit, strip),
              frameRate,
              new ClipReader.Range(start, end),
              deinterlace,
              keepsUnfinished,
              resumes,
              listener,
              viewer,
              stop));
    }
  }
}
