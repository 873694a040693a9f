package io.subpixel.runtime.cli;

import io.subpixel.pictures.UnavailableException;
import io.subpixel.runtime.Upscaler;
import io.subpixel.runtime.video.ClipPlan;
import io.subpixel.runtime.video.VideoUpscaler;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Plans a video, or upscales one part of it. */
final class PartRun {
  private static final int SECONDS_TO_END = 60;

  private final Path clip;
  private final Path out;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean stopped;

  PartRun(Path clip, Path out) {
    this.clip = clip;
    this.out = out;
  }

  /** A plan that was written. */
  record Planned(String input, String plan, String model, List<ClipPlan.Part> parts) {}

  /** Plans the video and writes the plan. */
  ClipUpscaling.Told plan(VideoUpscaler.Builder builder, int count, Path file) throws IOException {
    ClipPlan plan = builder.build().plan(clip, out, count);
    plan.write(file);
    List<ClipPlan.Part> parts = plan.parts();
    long most = parts.stream().mapToLong(ClipPlan.Part::frames).max().orElse(0);
    String text =
        String.format(
            Locale.ROOT,
            "%s -> %s: %d %s of up to about %d frames, for %s",
            clip,
            file,
            parts.size(),
            parts.size() == 1 ? "part" : "parts",
            most,
            plan.model());
    return new ClipUpscaling.Told(
        text, new Planned(clip.toString(), file.toString(), plan.model(), parts));
  }

  /** Upscales a part; a signal to the process ends it. */
  ClipUpscaling.Told part(ClipPlan plan, int number, Upscaler upscaler, ClipProgress progress)
      throws IOException {
    Path file = PartOptions.file(out, number, plan.parts().size());
    ShutdownHook onSignal = new ShutdownHook(this::end);
    try {
      progress.begin(file);
      VideoUpscaler.Work work =
          plan.upscale(number, clip, file, upscaler, progress::written, () -> stopped);
      progress.clear();
      if (work.stopped()) {
        throw new UnavailableException(file + ": expected to be completed, received a signal");
      }
      Clips.Job job = new Clips.Job(clip, file, null);
      return new ClipUpscaling.Told(ClipUpscaling.text(job, work), ClipUpscaling.json(job, work));
    } finally {
      progress.clear();
      ended.countDown();
      onSignal.forget();
    }
  }

  private void end() {
    stopped = true;
    try {
      ended.await(SECONDS_TO_END, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
