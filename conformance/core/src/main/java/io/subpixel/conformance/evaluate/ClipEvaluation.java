package io.subpixel.conformance.evaluate;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.file.internal.HrPictures;
import io.subpixel.pictures.internal.Reason;
import io.subpixel.runtime.Upscaler;
import io.subpixel.runtime.batch.internal.Rebuilt;
import io.subpixel.runtime.video.ClipFrame;
import io.subpixel.runtime.video.ClipFrames;
import io.subpixel.zoo.degradation.Degradation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Measures a model on luma of a clip's frames. However long the clip, only a few frames are in
 * memory. The caller closes the upscaler.
 */
public final class ClipEvaluation {
  private static final int THREADS = Runtime.getRuntime().availableProcessors();

  private static final int SECONDS_TO_END = 60;

  private final Path clip;
  private final Degradation degradation;
  private final Upscaler model;
  private final int passes;

  /**
   * Prepares to measure.
   *
   * @param degradation how LR is made; a random one starts from a frame's time in milliseconds
   * @param passes how often the model is applied
   */
  public ClipEvaluation(Path clip, Degradation degradation, Upscaler model, int passes) {
    this.clip = clip;
    this.degradation = degradation;
    this.model = model;
    this.passes = passes;
  }

  /**
   * Which frames to measure.
   *
   * @param start seconds from the clip's beginning
   * @param end likewise, exclusive; infinity for the rest of the clip
   * @param every measures the first of so many frames; 1 for all
   */
  public record Part(double start, double end, int every) {}

  /** Receives the frames in order. */
  @FunctionalInterface
  public interface Listener {
    /** Called after a frame is measured. */
    void measured(FrameScore score, Rebuilt pictures) throws IOException;
  }

  private record Measured(FrameScore score, Rebuilt pictures) {}

  /**
   * Measures frame after frame, several at once.
   *
   * @throws InvalidInputException if there is no such clip or part, or its frames are too small
   * @throws IOException if reading or the listener fails
   */
  public ClipScore run(Part part, Listener listener) throws IOException {
    ExecutorService pool = Executors.newFixedThreadPool(THREADS, ClipEvaluation::daemon);
    Deque<Future<Measured>> ahead = new ArrayDeque<>();
    ClipMean mean = new ClipMean();
    try (ClipFrames frames = ClipFrames.open(clip, part.start(), part.end())) {
      long number = 0;
      for (ClipFrame frame = frames.next(); frame != null; frame = frames.next()) {
        if (number++ % part.every() == 0) {
          ClipFrame each = frame;
          ahead.add(pool.submit(() -> measure(each)));
        }
        if (ahead.size() > THREADS) {
          tell(ahead.remove(), mean, listener);
        }
      }
      while (!ahead.isEmpty()) {
        tell(ahead.remove(), mean, listener);
      }
      return mean.score(frames.faults(), frames.fault().orElse(null));
    } finally {
      ahead.forEach(each -> each.cancel(false));
      end(pool);
    }
  }

  /** Waits for running tasks: they use the model, which the caller may close next. */
  private static void end(ExecutorService pool) {
    pool.shutdown();
    try {
      pool.awaitTermination(SECONDS_TO_END, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Rebuilds the pictures of a frame.
   *
   * @param seconds as in its score
   */
  public Rebuilt rebuild(double seconds) throws IOException {
    return rebuild(ClipFrames.at(clip, seconds).luma(), seconds);
  }

  private Rebuilt rebuild(Picture luma, double seconds) throws IOException {
    Picture hr = HrPictures.cropped(luma, Rebuilt.scale(model, passes), clip.toString());
    return Rebuilt.of(hr, degradation, Math.round(1000 * seconds), model, passes);
  }

  private Measured measure(ClipFrame frame) throws IOException {
    Rebuilt pictures = rebuild(frame.luma(), frame.seconds());
    PictureScore score = PictureScore.of(String.valueOf(clip.getFileName()), pictures);
    return new Measured(new FrameScore(frame.seconds(), score), pictures);
  }

  private static void tell(Future<Measured> next, ClipMean mean, Listener listener)
      throws IOException {
    try {
      Measured measured = next.get();
      mean.add(measured.score().score());
      listener.measured(measured.score(), measured.pictures());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof InvalidInputException invalid) {
        throw new InvalidInputException(invalid.where(), invalid.expected(), invalid.received(), e);
      }
      throw new IOException("measuring a frame failed: " + Reason.of(e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted");
    }
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "subpixel-evaluation");
    thread.setDaemon(true);
    return thread;
  }
}
