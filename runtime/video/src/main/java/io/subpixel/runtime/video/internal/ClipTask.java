package io.subpixel.runtime.video.internal;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.internal.AtomicFile;
import io.subpixel.runtime.TargetSize;
import io.subpixel.runtime.Upscaler;
import io.subpixel.runtime.video.VideoUpscaler;
import io.subpixel.zoo.internal.condition.Condition;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Upscales clips with one set of options. Thread-safe: several clips may be processed at once.
 *
 * @param upscaler the caller's
 * @param target the size of the results
 * @param encoding options for encoding
 * @param frameRate frames per second of image sequences
 * @param range the range of each clip
 * @param deinterlace whether to deinterlace interlaced frames, instead of rejecting them
 * @param keepsUnfinished whether to keep encoded packets if a run ends early
 * @param resumes whether to resume such a run
 * @param listener receives progress
 * @param viewer sees the frames that are written
 * @param stop checked before every frame for whether to end
 */
public record ClipTask(
    Upscaler upscaler,
    TargetSize target,
    ClipEncoding encoding,
    Ratio frameRate,
    ClipReader.Range range,
    boolean deinterlace,
    boolean keepsUnfinished,
    boolean resumes,
    VideoUpscaler.Listener listener,
    VideoUpscaler.Viewer viewer,
    BooleanSupplier stop) {
  /** A model is chosen by every n-th of this many first frames. */
  private static final int FRAMES_SEEN = 25;

  private static final int FRAMES_APART = 8;

  /** Moves the output into place. */
  @FunctionalInterface
  interface Commit {
    /**
     * Moves it.
     *
     * @param complete whether the clip didn't end early
     */
    void run(boolean complete) throws IOException;
  }

  /** As {@link VideoUpscaler#upscale}. */
  public VideoUpscaler.Work upscale(Path input, Path output) throws IOException {
    long start = System.nanoTime();
    ExecutorService helpers = helpers();
    Container container = Container.of(output);
    Treatment treatment =
        container == null ? Treatment.NONE : new Treatment(deinterlace, container.turn());
    try (ClipReader reader = ClipReader.open(input, frameRate, range, 0, treatment)) {
      Upscaler.Chosen chosen = chosen(input);
      ClipScaling scaling = scaling(input, reader);
      FrameUpscaler frames = new FrameUpscaler(upscaler, chosen, scaling, helpers);
      try (FirstPass first =
          encoding.isBounded() ? firstPass(input, output, scaling, frames, treatment) : null) {
        ClipEncoding used = first == null ? encoding : first.second(output);
        // Statistics are of the whole clip, so the second pass can't begin within it.
        @Nullable String work =
            keepsUnfinished && used.pass() == null
                ? WorkIdentity.of(
                    input, frameRate, range, treatment, scaling, frames.specimen(), encoding)
                : null;
        ClipWriter.Continuation continuation = new ClipWriter.Continuation(work, resumes);
        Run run =
            new Run(reader, scaling, frames, used, chosen, output, continuation, helpers, start);
        if (container != null && container.isSequence()) {
          // Each of its files is written atomically; only their folder is created here.
          AtomicFile.create(Container.frame(output, 1)).close();
          return run(run, output, complete -> {});
        }
        try (AtomicFile file = AtomicFile.create(output)) {
          reserve(file);
          return run(run, file.temporary(), complete -> file.commit());
        }
      }
    } finally {
      helpers.shutdown();
    }
  }

  /** As {@link VideoUpscaler#plan}. */
  public VideoUpscaler.Sizes sizes(Path input) throws IOException {
    try (ClipReader reader = ClipReader.open(input, frameRate, range, 1, seen())) {
      ClipFacts facts = reader.header().facts();
      ClipScaling scaling = scaling(input, reader);
      double counted = facts.seconds() * facts.frameRate().value();
      OptionalLong frames = facts.frames();
      if (frames.isEmpty() && counted >= 1) {
        frames = OptionalLong.of((long) Math.ceil(counted));
      }
      return new VideoUpscaler.Sizes(
          scaling.lr().width(),
          scaling.lr().height(),
          scaling.result().width(),
          scaling.result().height(),
          frames);
    }
  }

  private FirstPass firstPass(
      Path input, Path output, ClipScaling scaling, FrameUpscaler frames, Treatment treatment)
      throws IOException {
    try (ClipReader reader = ClipReader.open(input, frameRate, range, 0, treatment)) {
      return FirstPass.over(reader, scaling, frames, encoding, output, stop);
    }
  }

  /** One clip in progress. */
  record Run(
      ClipReader reader,
      ClipScaling scaling,
      FrameUpscaler frames,
      ClipEncoding encoding,
      Upscaler.Chosen chosen,
      Path output,
      ClipWriter.Continuation continuation,
      ExecutorService helpers,
      long start) {}

  private VideoUpscaler.Work run(Run run, Path file, Commit commit) throws IOException {
    try (ClipWriter writer =
        ClipWriter.create(
            file,
            run.output(),
            run.reader().header(),
            run.scaling().shape(),
            run.encoding(),
            run.continuation())) {
      return run(run, writer, commit);
    }
  }

  /** Processes a clip, or a part of one. */
  VideoUpscaler.Work run(Run run, ClipSink writer, Commit commit) throws IOException {
    ClipReader reader = run.reader();
    FrameFormat lr = reader.header().facts().format();
    Pipeline pipeline =
        new Pipeline(reader, run.frames(), writer, run.helpers(), listener, viewer, stop);
    try {
      pipeline.run();
    } catch (InvalidInputException e) {
      // Resuming would fail in the same way.
      writer.forget();
      throw e;
    }
    commit.run(!pipeline.stopped());
    if (!pipeline.stopped()) {
      writer.forget();
    }
    return new VideoUpscaler.Work(
        pipeline.frames() - writer.leftOut(),
        writer.done(),
        pipeline.repeated(),
        lr.width(),
        lr.height(),
        writer.size().width(),
        writer.size().height(),
        writer.encoder(),
        run.chosen(),
        pipeline.decodeTime(),
        pipeline.networkTime(),
        pipeline.encodeTime(),
        Duration.ofNanos(System.nanoTime() - run.start()),
        pipeline.stopped(),
        writer.dropped(),
        notes(run, writer),
        reader.faults(),
        Optional.ofNullable(reader.firstFault()));
  }

  private static List<String> notes(Run run, ClipSink writer) {
    List<String> notes = new ArrayList<>(run.reader().notes());
    if (writer.leftOut() > 0) {
      notes.add(writer.leftOut() + " frames less than 20 ms after another are omitted");
    }
    if (writer.note() != null) {
      notes.add(writer.note());
    }
    FrameShape shape = run.scaling().shape();
    if (writer.size().width() < shape.width() || writer.size().height() < shape.height()) {
      notes.add(
          "frames of %dx%d are cropped, as the codec requires even sizes"
              .formatted(shape.width(), shape.height()));
    }
    return notes;
  }

  /** As {@link VideoUpscaler#preview}. */
  public void preview(Path input, int count, VideoUpscaler.Previews previews) throws IOException {
    double step;
    Treatment treatment = seen();
    try (ClipReader reader = ClipReader.open(input, frameRate, range, 0, treatment)) {
      double length = reader.header().facts().seconds();
      // If the length is unknown, take a frame per second.
      step = Double.isNaN(length) ? 1 : length / count;
    }
    ExecutorService helpers = helpers();
    try {
      Upscaler.Chosen chosen = chosen(input);
      double before = -1;
      for (int i = 0; i < count && !stop.getAsBoolean(); i++) {
        ClipReader.Range from =
            new ClipReader.Range(range.start() + (i + 0.5) * step, Double.POSITIVE_INFINITY);
        try (ClipReader reader = ClipReader.open(input, frameRate, from, 0, treatment);
            // An open reader has its first frame.
            Frame frame = Objects.requireNonNull(reader.nextFrame())) {
          double seconds = reader.seconds(frame);
          if (seconds > before) {
            FrameUpscaler frames =
                new FrameUpscaler(upscaler, chosen, scaling(input, reader), helpers);
            previews.take(preview(frames, frame, seconds, chosen));
            before = seconds;
          }
        } catch (InvalidInputException e) {
          if (i == 0) {
            throw e;
          }
          // The clip is shorter than it claims.
          return;
        }
      }
    } finally {
      helpers.shutdown();
    }
  }

  ClipScaling scaling(Path input, ClipReader reader) throws InvalidInputException {
    return ClipScaling.of(
        reader.header().facts(), target, upscaler.traits().scale(), input.toString());
  }

  private static VideoUpscaler.Preview preview(
      FrameUpscaler frames, Frame frame, double seconds, Upscaler.Chosen chosen)
      throws IOException {
    Planes lr = Planes.of(frame);
    try (RgbPictures pictures = new RgbPictures(frames.result(), frame.nativeFrame())) {
      return new VideoUpscaler.Preview(
          seconds, pictures.of(frames.bicubic(lr)), pictures.of(frames.upscale(lr)), chosen);
    }
  }

  /** Chooses the upscaler that suits the first frames of the range together. */
  Upscaler.Chosen chosen(Path input) throws IOException {
    if (!upscaler.isChoosing()) {
      return upscaler.chooseForClip(Condition.CLEAN);
    }
    List<Condition> conditions = new ArrayList<>();
    try (ClipReader reader = ClipReader.open(input, frameRate, range, 0, seen())) {
      LumaPictures pictures = new LumaPictures(reader.header().facts().format());
      for (int i = 0; i < FRAMES_SEEN; i++) {
        try (Frame frame = reader.nextFrame()) {
          if (frame == null) {
            break;
          }
          if (i % FRAMES_APART == 0) {
            conditions.add(Condition.of(pictures.of(frame)));
          }
        }
      }
    }
    return upscaler.chooseForClip(Condition.mean(conditions));
  }

  /** Returns the treatment of frames that are analysed or previewed rather than encoded. */
  private Treatment seen() {
    return new Treatment(deinterlace, Treatment.Turn.WITH_FULL_CHROMA);
  }

  /** Creates the file first, as FFmpeg's message would only name a hidden file. */
  static void reserve(AtomicFile file) throws IOException {
    try {
      Files.createFile(file.temporary());
    } catch (FileSystemException e) {
      throw file.explained(e);
    }
  }

  static ExecutorService helpers() {
    return Executors.newCachedThreadPool(
        work -> {
          Thread thread = new Thread(work, "subpixel-video");
          thread.setDaemon(true);
          return thread;
        });
  }
}
