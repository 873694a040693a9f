package io.subpixel.runtime.video.internal;

import io.subpixel.pictures.Picture;
import io.subpixel.pictures.internal.Failures;
import io.subpixel.runtime.video.VideoUpscaler;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Processes a clip: one thread decodes, one upscales, one encodes, with a few frames between them.
 * Copied packets pass through the same queues, so that everything is written in the order in which
 * it was read.
 */
final class Pipeline {
  /** The number of frames in memory, whatever the length of the clip. */
  private static final int FRAMES = 6;

  private final ClipReader reader;
  private final double secondsPerTick;
  private final FrameUpscaler upscaler;
  private final ClipSink writer;
  private final Executor threads;
  private final VideoUpscaler.Listener listener;
  private final VideoUpscaler.Viewer viewer;
  private final BooleanSupplier stop;

  private final Semaphore room = new Semaphore(FRAMES);
  private final BlockingQueue<Step> decoded = new LinkedBlockingQueue<>();
  private final BlockingQueue<Step> upscaled = new LinkedBlockingQueue<>();
  private volatile @Nullable Throwable failure;
  private volatile boolean interrupted;
  private boolean stopped;

  private long frames;
  private long repeated;
  private long decodeNanos;
  private long networkNanos;
  private long encodeNanos;

  /**
   * What one stage passes to the next; no item means the end. A frame without planes was encoded by
   * an earlier run, or follows the end of a stopped run.
   */
  private record Step(@Nullable Item item, @Nullable Planes planes) {
    static final Step END = new Step(null, null);
  }

  Pipeline(
      ClipReader reader,
      FrameUpscaler upscaler,
      ClipSink writer,
      Executor threads,
      VideoUpscaler.Listener listener,
      VideoUpscaler.Viewer viewer,
      BooleanSupplier stop) {
    this.reader = reader;
    ClipFacts facts = reader.header().facts();
    secondsPerTick = facts.timeBase().value();
    this.upscaler = upscaler;
    this.writer = writer;
    this.threads = threads;
    this.listener = listener;
    this.viewer = viewer;
    this.stop = stop;
  }

  /**
   * Upscales the clip and completes the output.
   *
   * @throws IOException if a stage fails with it
   */
  void run() throws IOException {
    CompletableFuture<Void> decoding = CompletableFuture.runAsync(this::decode, threads);
    CompletableFuture<Void> encoding = CompletableFuture.runAsync(this::encode, threads);
    upscale();
    try {
      CompletableFuture.allOf(decoding, encoding).join();
    } catch (CompletionException e) {
      failed(e.getCause() == null ? e : e.getCause());
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    Failures.rethrow(failure);
  }

  private void decode() {
    long number = 0;
    try {
      while (failure == null) {
        if (interrupted || stop.getAsBoolean()) {
          stopped = true;
          break;
        }
        long start = System.nanoTime();
        Item item = reader.next();
        decodeNanos += System.nanoTime() - start;
        if (item == null) {
          break;
        }
        if (item instanceof Frame frame) {
          room.acquireUninterruptibly();
          boolean done = number++ < writer.done();
          decoded.add(new Step(frame, done ? null : Planes.of(frame)));
        } else {
          decoded.add(new Step(item, null));
        }
      }
    } catch (IOException | RuntimeException | Error e) {
      failed(e);
    } finally {
      decoded.add(Step.END);
    }
  }

  private void upscale() {
    @Nullable Planes before = null;
    @Nullable Planes result = null;
    boolean cut = false;
    for (Step step = take(decoded); step.item() != null; step = take(decoded)) {
      Planes lr = step.planes();
      if (lr != null && failure == null && !cut) {
        long start = System.nanoTime();
        try {
          if (before != null && lr.same(before)) {
            repeated++;
          } else {
            result = upscaler.upscale(lr);
            before = lr;
          }
        } catch (RuntimeException e) {
          // When the process ends, ONNX Runtime closes its environment without waiting for running
          // calls; the clip then ends here.
          if (!stop.getAsBoolean()) {
            failed(e);
          }
          cut = true;
        } catch (Error e) {
          failed(e);
        }
        networkNanos += System.nanoTime() - start;
      }
      upscaled.add(new Step(step.item(), lr == null || cut ? null : result));
    }
    upscaled.add(Step.END);
  }

  private void encode() {
    for (Step step = take(upscaled); step.item() != null; step = take(upscaled)) {
      try {
        if (failure == null) {
          write(step);
        }
      } catch (IOException | RuntimeException | Error e) {
        failed(e);
      } finally {
        if (step.item() != null) {
          step.item().close();
        }
        if (step.item() instanceof Frame) {
          room.release();
        }
      }
    }
    if (failure == null) {
      try {
        long start = System.nanoTime();
        writer.finish();
        encodeNanos += System.nanoTime() - start;
      } catch (IOException | RuntimeException | Error e) {
        failed(e);
      }
    }
  }

  private void write(Step step) throws IOException {
    long start = System.nanoTime();
    if (step.item() instanceof Packet packet) {
      writer.write(packet);
    } else if (step.item() instanceof Frame frame) {
      if (step.planes() != null) {
        writer.write(step.planes(), frame);
        frames++;
        encodeNanos += System.nanoTime() - start;
        listener.written(frames, part(frame));
        Planes written = step.planes();
        viewer.see(frames, () -> picture(written, frame));
        return;
      } else if (frames < writer.done()) {
        writer.pass(frame);
        frames++;
      }
    }
    encodeNanos += System.nanoTime() - start;
  }

  private Picture picture(Planes planes, Frame frame) throws IOException {
    try (RgbPictures pictures = new RgbPictures(upscaler.result(), frame.nativeFrame())) {
      return pictures.of(planes);
    }
  }

  private double part(Frame frame) {
    return reader.part((frame.pts() + frame.duration()) * secondsPerTick);
  }

  private synchronized void failed(Throwable thrown) {
    failure = failure == null ? thrown : failure;
  }

  private Step take(BlockingQueue<Step> queue) {
    while (true) {
      try {
        return queue.take();
      } catch (InterruptedException e) {
        // An interrupt acts like a stop, as native memory is in use until all stages have ended.
        interrupted = true;
      }
    }
  }

  /** Returns how many frames were written. Like the methods below, valid after {@link #run}. */
  long frames() {
    return frames;
  }

  /** Returns how many frames equal the previous one. */
  long repeated() {
    return repeated;
  }

  /** Returns whether it ended early, on request or because its thread was interrupted. */
  boolean stopped() {
    return stopped;
  }

  Duration decodeTime() {
    return Duration.ofNanos(decodeNanos);
  }

  Duration networkTime() {
    return Duration.ofNanos(networkNanos);
  }

  Duration encodeTime() {
    return Duration.ofNanos(encodeNanos);
  }
}
