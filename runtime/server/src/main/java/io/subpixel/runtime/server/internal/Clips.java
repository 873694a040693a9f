package io.subpixel.runtime.server.internal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.codec.PictureSource;
import io.subpixel.pictures.internal.Reason;
import io.subpixel.runtime.Upscaler;
import io.subpixel.runtime.server.Limit;
import io.subpixel.runtime.video.UnfitContainerException;
import io.subpixel.runtime.video.VideoUpscaler;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** Admits clips by their cost, and upscales them. Thread-safe. */
final class Clips {
  /** The container that holds any stream. */
  private static final String ANY = "mkv";

  private static final int START_BYTES = 64;
  private static final int MAX_PREVIEW_SIDE = 960;

  private final Settings settings;
  private final Upscalers upscalers;

  Clips(Settings settings, Upscalers upscalers) {
    this.settings = settings;
    this.upscalers = upscalers;
  }

  /**
   * A clip within the limits.
   *
   * @param format the ending of the result
   * @param frames how many its header tells; null if it tells none
   * @param macs the multiply-accumulates of so many, or of one
   */
  record Admitted(
      JobState.Size input, JobState.Size output, String format, @Nullable Long frames, long macs) {}

  /**
   * A clip that was upscaled.
   *
   * @param format the ending of the result, which may be another than planned
   */
  record Done(
      String model, @Nullable Double strength, JobState.Size output, long frames, String format) {}

  /** What a clip tells while it is upscaled. */
  interface Watch {
    /**
     * A frame was written.
     *
     * @param part their share of the clip; NaN if its length is unknown
     */
    void written(long frames, double part) throws Problem;

    /** Sees a frame that was written. */
    void see(long frames, VideoUpscaler.FramePicture frame);

    /** Returns whether to end. */
    boolean isStopped();
  }

  /** Returns whether a file starts as clips do, whatever else is wrong with it. */
  static boolean startsAsClip(Path file) throws IOException {
    byte[] start = PictureSource.of(file, Problem.CLIP).start(START_BYTES);
    String container = container(start);
    return !container.isEmpty() && !container.equals("apng") && !container.equals("webp");
  }

  /** Returns the ending for a file of this start; empty if it is that of no such container. */
  private static String container(byte[] start) {
    String text = new String(start, ISO_8859_1);
    if (text.startsWith("ftyp", 4)) {
      return text.startsWith("qt  ", 8) ? "mov" : "mp4";
    } else if (text.startsWith("moov", 4) || text.startsWith("wide", 4)) {
      return "mov";
    } else if (text.startsWith("\u001aE\u00df\u00a3")) {
      return text.contains("webm") ? "webm" : ANY;
    } else if (text.startsWith("RIFF")) {
      return text.startsWith("AVI ", 8) ? "avi" : text.startsWith("WEBP", 8) ? "webp" : "";
    } else if (text.startsWith("YUV4MPEG2")) {
      return "y4m";
    } else if (text.startsWith("GIF8")) {
      return "gif";
    }
    return text.startsWith("\u0089PNG") ? "apng" : "";
  }

  /**
   * Reads a clip's header, and refuses it if the clip or its result is too large.
   *
   * @throws InvalidInputException if it isn't a clip; the message has no path
   */
  Admitted admit(Path in, UpscaleQuery query) throws IOException, Problem {
    query.clip().requireFit();
    VideoUpscaler.Sizes sizes;
    int scale;
    try (Upscalers.Lease lease = upscalers.lease(query.models())) {
      scale = lease.upscaler().traits().scale();
      sizes = builder(lease.upscaler(), query).build().sizes(in);
    } catch (InvalidInputException e) {
      throw inOurWords(e, in);
    }
    long pixels = (long) sizes.lrWidth() * sizes.lrHeight();
    if (pixels > settings.limit(Limit.PIXELS)) {
      throw new Problem(
          422, Problem.CLIP, "at most " + settings.limit(Limit.PIXELS) + " pixels", "" + pixels);
    }
    double ofFrame = macs(sizes, scale, query);
    OptionalLong frames = sizes.frames();
    requireFit(ofFrame, Math.max(1, frames.orElse(1)), sizes.srWidth(), sizes.srHeight());
    String known = container(PictureSource.of(in, Problem.CLIP).start(START_BYTES));
    return new Admitted(
        new JobState.Size(sizes.lrWidth(), sizes.lrHeight()),
        new JobState.Size(sizes.srWidth(), sizes.srHeight()),
        query.clip().container().orElse(known.isEmpty() ? ANY : known),
        frames.isPresent() ? frames.getAsLong() : null,
        (long) (ofFrame * (double) Math.max(1, frames.orElse(1))));
  }

  private static double macs(VideoUpscaler.Sizes sizes, int scale, UpscaleQuery query) {
    return Upscaling.macs(
        new PictureLayout(sizes.lrWidth(), sizes.lrHeight(), 3, 8),
        new PictureLayout(sizes.srWidth(), sizes.srHeight(), 3, 8),
        scale,
        query.models().macsPerLrPixel());
  }

  private void requireFit(double ofFrame, long frames, int width, int height) throws Problem {
    long most = settings.limit(Limit.JOB_MACS);
    if (ofFrame * (double) frames > (double) most) {
      throw Problem.tooLarge(
          Problem.CLIP,
          "a result of at most %,d multiply-accumulates".formatted(most),
          "%,.0f for %d frames of %dx%d"
              .formatted(ofFrame * (double) frames, frames, width, height));
    }
  }

  private static VideoUpscaler.Builder builder(Upscaler upscaler, UpscaleQuery query) {
    VideoUpscaler.Builder builder =
        VideoUpscaler.builder(upscaler).target(query.options().target()).keepUnfinished(true);
    query.clip().apply(builder);
    return builder;
  }

  /**
   * Upscales a clip, or goes on with one that a killed process has begun.
   *
   * @param folder receives the result, under the name {@link #result}
   * @param admitted the clip, as it was admitted
   */
  Done run(Path in, Path folder, UpscaleQuery query, Admitted admitted, Watch watch)
      throws IOException, Problem {
    try {
      return run(in, folder, query, admitted, admitted.format, watch);
    } catch (UnfitContainerException e) {
      if (query.clip().container().isPresent() || admitted.format.equals(ANY)) {
        throw inOurWords(e, in);
      }
      try {
        return run(in, folder, query, admitted, ANY, watch);
      } catch (InvalidInputException other) {
        throw inOurWords(other, in);
      }
    } catch (InvalidInputException e) {
      throw inOurWords(e, in);
    } catch (IOException e) {
      throw refused(e, in, admitted.format);
    }
  }

  /** FFmpeg doesn't tell what is wrong with a clip from what is wrong with the machine. */
  private static Problem refused(IOException e, Path in, String format) {
    String folder = String.valueOf(in.toAbsolutePath().getParent());
    String reason = without(Reason.of(e), folder);
    return reason.equals("a full disk")
        ? new Problem(507, Problem.RESULT, "room on the disk", "none")
        : new Problem(422, Problem.CLIP, "one that can become " + format, reason);
  }

  /** Returns the name of a result. */
  static String result(String format) {
    return "out." + format;
  }

  private Done run(
      Path in, Path folder, UpscaleQuery query, Admitted admitted, String format, Watch watch)
      throws IOException, Problem {
    Refusal refusal = new Refusal();
    try (Upscalers.Lease lease = upscalers.lease(query.models())) {
      double ofFrame =
          (double) admitted.macs / Math.max(1, admitted.frames == null ? 1 : admitted.frames);
      VideoUpscaler.Work work =
          builder(lease.upscaler(), query)
              .listener(
                  (frames, part) ->
                      refusal.unless(
                          () -> {
                            requireFit(
                                ofFrame, frames, admitted.output.width(), admitted.output.height());
                            watch.written(frames, part);
                          }))
              .viewer(watch::see)
              .stop(() -> refusal.problem != null || watch.isStopped())
              .build()
              .upscale(in, folder.resolve(result(format)));
      if (refusal.problem != null) {
        throw refusal.problem;
      } else if (work.stopped()) {
        throw new CancellationException("stopped");
      }
      Upscaler used = work.chosen().upscaler();
      return new Done(
          used.traits().name(),
          used.strength().isPresent() ? used.strength().getAsDouble() : null,
          new JobState.Size(work.srWidth(), work.srHeight()),
          work.frames(),
          format);
    }
  }

  /** The first limit that a clip exceeded under way, as headers may lie. */
  private static final class Refusal {
    private volatile @Nullable Problem problem;

    interface Check {
      void run() throws Problem;
    }

    void unless(Check check) {
      try {
        check.run();
      } catch (Problem e) {
        problem = e;
      }
    }
  }

  /** Says what the library says, without paths. */
  private static IOException inOurWords(InvalidInputException e, Path in) {
    String folder = String.valueOf(in.toAbsolutePath().getParent());
    boolean isInput = e.where().endsWith(String.valueOf(in.getFileName()));
    if (!isInput && e.getCause() instanceof IOException) {
      // A disk that is full isn't the request's fault.
      return e;
    }
    boolean isDroppable = e instanceof UnfitContainerException unfit && unfit.isDroppable();
    return new InvalidInputException(
        Problem.PICTURE.equals(e.where()) || isInput ? Problem.CLIP : Problem.RESULT,
        without(e.expected(), folder) + (isDroppable ? " (drop-streams=true)" : ""),
        without(e.received(), folder),
        e);
  }

  private static String without(String text, String folder) {
    return text.replace(folder + "/in", "the clip").replace(folder + "/", "");
  }

  /** Returns a picture for a preview, by means of k by k pixels. */
  static Picture reduced(Picture picture) {
    int k = (Math.max(picture.width(), picture.height()) + MAX_PREVIEW_SIDE - 1) / MAX_PREVIEW_SIDE;
    if (k <= 1) {
      return picture;
    }
    int width = Math.max(1, picture.width() / k);
    int height = Math.max(1, picture.height() / k);
    int channels = picture.channels();
    byte[] reduced = new byte[width * height * channels];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int c = 0; c < channels; c++) {
          reduced[(y * width + x) * channels + c] = (byte) mean(picture, x * k, y * k, c, k);
        }
      }
    }
    return new Picture(width, height, channels, reduced);
  }

  private static int mean(Picture picture, int left, int top, int channel, int k) {
    int right = Math.min(left + k, picture.width());
    int bottom = Math.min(top + k, picture.height());
    int sum = 0;
    for (int y = top; y < bottom; y++) {
      for (int x = left; x < right; x++) {
        sum += picture.at(x, y, channel);
      }
    }
    int count = (right - left) * (bottom - top);
    return (sum + count / 2) / count;
  }
}
