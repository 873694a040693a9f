package io.subpixel.runtime.video.internal;

import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.Rows;
import io.subpixel.pictures.colour.LumaRange;
import io.subpixel.pictures.resampling.Edge;
import io.subpixel.pictures.resampling.Kernel;
import io.subpixel.pictures.resampling.Resampler;
import io.subpixel.pictures.resampling.internal.RowResampler;
import io.subpixel.runtime.Upscaler;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/**
 * Upscales frames of one format in their own code values: luma by the model, alpha by bicubic,
 * chroma by bicubic with its siting preserved. For one thread, which uses helpers.
 */
final class FrameUpscaler {
  private static final int SPECIMEN = 24;

  private final Upscaler upscaler;
  private final Upscaler.Chosen chosen;
  private final ClipScaling scaling;
  private final Executor helpers;
  private final LumaRange range;
  private final Resampler luma;
  private final Resampler chroma;

  /**
   * @param upscaler chose another
   * @param chosen upscales the clip
   * @param scaling the sizes of frames
   * @param helpers the threads that enlarge chroma
   */
  FrameUpscaler(Upscaler upscaler, Upscaler.Chosen chosen, ClipScaling scaling, Executor helpers) {
    this.upscaler = upscaler;
    this.chosen = chosen;
    this.scaling = scaling;
    this.helpers = helpers;
    FrameFormat lr = scaling.lr();
    FrameFormat whole = scaling.whole();
    range = lr.studio() ? LumaRange.studio(lr.depth()) : LumaRange.full(lr.depth());
    luma =
        new Resampler(
            lr.width(), lr.height(), whole.width(), whole.height(), Kernel.CUBIC, Edge.CLAMP);
    chroma =
        Resampler.enlargingChroma(
            lr.width(),
            lr.height(),
            whole.width(),
            whole.height(),
            1 << lr.log2ChromaWidth(),
            1 << lr.log2ChromaHeight(),
            lr.siting().x(),
            lr.siting().y());
  }

  /** Returns the format of upscaled frames. */
  FrameFormat result() {
    return scaling.result();
  }

  /** Upscales every plane of a frame. */
  Planes upscale(Planes lr) {
    FrameFormat sr = scaling.whole();
    Planes result = Planes.of(sr);
    List<CompletableFuture<Void>> running = new ArrayList<>();
    for (int plane = 1; plane < sr.planes(); plane++) {
      Rows from = lr.rows().get(plane);
      Rows to = result.rows().get(plane);
      Resampler by = FrameFormat.isFull(plane) ? luma : chroma;
      running.add(CompletableFuture.runAsync(() -> enlarge(by, from, to), helpers));
    }
    try {
      upscaler.upscale(chosen, lr.rows().get(0), result.rows().get(0), range);
    } finally {
      join(running);
    }
    return result.cropped(scaling.result());
  }

  /** As {@link #upscale}, but with bicubic for all planes. */
  Planes bicubic(Planes lr) {
    Planes result = Planes.of(scaling.whole());
    for (int plane = 0; plane < result.rows().size(); plane++) {
      enlarge(
          FrameFormat.isFull(plane) ? luma : chroma,
          lr.rows().get(plane),
          result.rows().get(plane));
    }
    return result.cropped(scaling.result());
  }

  /** Returns the model's result for a small drawn picture, which identifies the model. */
  byte[] specimen() {
    PictureLayout small = new PictureLayout(SPECIMEN, SPECIMEN, 1, 8);
    Rows lr = new Rows(SPECIMEN, small);
    for (int y = 0; y < SPECIMEN; y++) {
      for (int x = 0; x < SPECIMEN; x++) {
        lr.bytes()[y * SPECIMEN + x] = (byte) (x * y);
      }
    }
    int side = SPECIMEN * chosen.upscaler().traits().scale();
    Rows result = new Rows(side, new PictureLayout(side, side, 1, 8));
    upscaler.upscale(chosen, lr, result, LumaRange.full(8));
    return result.bytes();
  }

  private static void join(List<CompletableFuture<Void>> running) {
    try {
      running.forEach(CompletableFuture::join);
    } catch (CompletionException e) {
      throw new IllegalStateException("chroma or alpha of a frame couldn't be enlarged", e);
    }
  }

  private void enlarge(Resampler by, Rows from, Rows to) {
    RowResampler resampler = by.byRows(0, to.width());
    float[] source = new float[resampler.sourceWidth()];
    float[] target = new float[to.width()];
    float greatest = range.greatest();
    int next = 0;
    for (int y = 0; y < to.count(); y++) {
      for (; next <= resampler.last(y); next++) {
        from.get(next, resampler.sourceFrom(), source.length, 0, source);
        resampler.put(next, source);
      }
      resampler.get(y, target);
      if (greatest < to.greatest()) {
        for (int x = 0; x < target.length; x++) {
          target[x] = Math.min(target[x], greatest);
        }
      }
      to.set(y, 0, target.length, 0, target);
    }
  }
}
