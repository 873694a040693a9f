package io.subpixel.runtime.video;

import io.subpixel.pictures.internal.AtomicFile;
import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.UnavailableException;
import io.subpixel.zoo.internal.condition.Condition;
import io.subpixel.pictures.Picture;
import io.subpixel.runtime.Upscaler;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
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
 */
public final class VideoUpscaler {
  /**
   * The most pixels of a frame that is written: encoders fail at more, some by ending the process.
   */
  public static final long MAX_PIXELS = 7680L * 4320;

  /** A model is chosen by every so many of the first so many frames. */
  private static final int FRAMES_SEEN = 25;

  private static final int FRAMES_APART = 8;

  private final Upscaler upscaler;
  private final ClipEncoding encoding;
  private final ClipReader.Range range;
  private final Listener listener;
  private final BooleanSupplier stop;
  private final boolean deinterlace;
  private final boolean keepsUnfinished;
  private final boolean resumes;

  private VideoUpscaler(Builder builder) {
    upscaler = builder.upscaler;
    encoding =
        new ClipEncoding(builder.codec, builder.quality, builder.bitRate, 0, builder.dropUnfit);
    range = new ClipReader.Range(builder.start, builder.end);
    listener = builder.listener;
    stop = builder.stop;
    deinterlace = builder.deinterlace;
    keepsUnfinished = builder.keepsUnfinished;
    resumes = builder.resumes;
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
   * @param notes what was done to frames that aren't as the first, in words
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
    long start = System.nanoTime();
    ExecutorService helpers = Executors.newCachedThreadPool(VideoUpscaler::daemon);
    Container container = Container.of(output);
    Treatment treatment =
        container == null ? Treatment.NONE : new Treatment(deinterlace, container.turn());
    try (ClipReader reader = ClipReader.open(input, range, 0, treatment)) {
      Upscaler.Chosen chosen = chosen(input);
      FrameUpscaler frames = new FrameUpscaler(chosen.upscaler(), reader.facts().format(), helpers);
      requireSize(input, frames.result());
      if (container != null && container.isSequence()) {
        // Its files are whole or absent one by one; here their folder is created.
        AtomicFile.create(Container.frame(output, 1)).close();
        return run(reader, frames, chosen, output, output, () -> {}, helpers, start);
      }
      try (AtomicFile file = AtomicFile.create(output)) {
        reserve(file);
        return run(reader, frames, chosen, file.temporary(), output, file::commit, helpers, start);
      }
    } finally {
      helpers.shutdown();
    }
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
    double step;
    Treatment treatment = new Treatment(deinterlace, Treatment.Turn.WITH_FULL_CHROMA);
    try (ClipReader reader = ClipReader.open(input, range, 0, treatment)) {
      double length = reader.facts().seconds();
      // Where nobody knows the length, a frame each second.
      step = Double.isNaN(length) ? 1 : length / count;
    }
    ExecutorService helpers = Executors.newCachedThreadPool(VideoUpscaler::daemon);
    try {
      Upscaler.Chosen chosen = chosen(input);
      double before = -1;
      for (int i = 0; i < count && !stop.getAsBoolean(); i++) {
        ClipReader.Range from =
            new ClipReader.Range(range.start() + (i + 0.5) * step, Double.POSITIVE_INFINITY);
        try (ClipReader reader = ClipReader.open(input, from, 0, treatment);
            Frame frame = reader.nextFrame()) {
          double seconds = reader.seconds(frame);
          if (seconds > before) {
            previews.take(preview(reader, frame, seconds, chosen, helpers));
            before = seconds;
          }
        } catch (InvalidInputException e) {
          if (i == 0) {
            throw e;
          }
          // The clip is shorter than it says.
          return;
        }
      }
    } finally {
      helpers.shutdown();
    }
  }

  private Preview preview(
      ClipReader reader,
      Frame frame,
      double seconds,
      Upscaler.Chosen chosen,
      ExecutorService helpers)
      throws IOException {
    FrameUpscaler frames = new FrameUpscaler(chosen.upscaler(), frame.format(), helpers);
    requireSize(reader.file(), frames.result());
    Planes lr = Planes.of(frame);
    try (RgbPictures pictures = new RgbPictures(frames.result(), frame.nativeFrame())) {
      return new Preview(
          seconds, pictures.of(frames.bicubic(lr)), pictures.of(frames.upscale(lr)), chosen);
    }
  }

  /** What suits the first frames of the clip's part, taken together. */
  private Upscaler.Chosen chosen(Path input) throws IOException {
    if (!upscaler.isChoosing()) {
      return upscaler.choose(Condition.CLEAN);
    }
    List<Condition> seen = new ArrayList<>();
    Treatment treatment = new Treatment(deinterlace, Treatment.Turn.WITH_FULL_CHROMA);
    try (ClipFrames frames = new ClipFrames(ClipReader.open(input, range, 0, treatment))) {
      ClipFrame frame = frames.next();
      for (int i = 0; frame != null && i < FRAMES_SEEN; i++, frame = frames.next()) {
        if (i % FRAMES_APART == 0) {
          seen.add(Condition.of(frame.luma()));
        }
      }
    }
    return upscaler.choose(Condition.mean(seen));
  }

  private static void requireSize(Path input, FrameFormat sr) throws InvalidInputException {
    if ((long) sr.width() * sr.height() > MAX_PIXELS) {
      throw new InvalidInputException(
          input.toString(),
          "frames of at most " + MAX_PIXELS + " pixels when upscaled",
          sr.width() + "x" + sr.height());
    }
  }

  /** Gives what is written its place. */
  @FunctionalInterface
  private interface Commit {
    void run() throws IOException;
  }

  private Work run(
      ClipReader reader,
      FrameUpscaler frames,
      Upscaler.Chosen chosen,
      Path file,
      Path output,
      Commit commit,
      ExecutorService helpers,
      long start)
      throws IOException {
    FrameFormat lr = reader.facts().format();
    FrameFormat sr = frames.result();
    ClipWriter.Continuation continuation =
        new ClipWriter.Continuation(
            keepsUnfinished ? WorkIdentity.of(reader, frames, encoding) : null, resumes);
    try (ClipWriter writer =
        ClipWriter.create(file, output, reader, sr.width(), sr.height(), encoding, continuation)) {
      Pipeline pipeline = new Pipeline(reader, frames, writer, helpers, listener, stop);
      try {
        pipeline.run();
      } catch (InvalidInputException e) {
        // The same would come of it again.
        writer.forget();
        throw e;
      }
      commit.run();
      if (!pipeline.stopped()) {
        writer.forget();
      }
      return new Work(
          pipeline.frames(),
          writer.done(),
          pipeline.repeated(),
          lr.width(),
          lr.height(),
          writer.size().width(),
          writer.size().height(),
          writer.encoder(),
          chosen,
          pipeline.decodeTime(),
          pipeline.networkTime(),
          pipeline.encodeTime(),
          Duration.ofNanos(System.nanoTime() - start),
          pipeline.stopped(),
          writer.dropped(),
          reader.notes(),
          reader.faults(),
          Optional.ofNullable(reader.firstFault()));
    }
  }

  /** FFmpeg would only say that it can't open a hidden file. */
  private static void reserve(AtomicFile file) throws IOException {
    try {
      Files.createFile(file.temporary());
    } catch (FileSystemException e) {
      throw file.explained(e);
    }
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "subpixel-video");
    thread.setDaemon(true);
    return thread;
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
      return new VideoUpscaler(this);
    }
  }
}
