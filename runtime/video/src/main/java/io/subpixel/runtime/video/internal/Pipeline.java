package io.subpixel.runtime.video.internal;

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
 * A clip on its way: one thread decodes, one upscales, one encodes, with a few frames between them.
 * What is copied goes through the same queues, so that everything is written in the order in which
 * it was read.
 */
final class Pipeline {
  /** Frames under way: so many are in memory, whatever the length of the clip. */
  private static final int FRAMES = 6;

  private final ClipReader reader;
  private final double secondsPerTick;
  private final double seconds;
  private final FrameUpscaler upscaler;
  private final ClipWriter writer;
  private final Executor threads;
  private final VideoUpscaler.Listener listener;
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
   * What goes from one to the next; without an item, the end. A frame without planes is one that an
   * earlier run has encoded, or behind the end of one that is stopped.
   */
  private record Step(@Nullable Item item, @Nullable Planes planes) {
    static final Step END = new Step(null, null);
  }

  Pipeline(
      ClipReader reader,
      FrameUpscaler upscaler,
      ClipWriter writer,
      Executor threads,
      VideoUpscaler.Listener listener,
      BooleanSupplier stop) {
    this.reader = reader;
    ClipFacts facts = reader.header().facts();
    secondsPerTick = facts.timeBase().value();
    seconds = facts.seconds();
    this.upscaler = upscaler;
    this.writer = writer;
    this.threads = threads;
    this.listener = listener;
    this.stop = stop;
  }

  /**
   * Upscales to the end, and ends the output.
   *
   * @throws IOException what the first one threw that failed
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
    if (failure instanceof IOException e) {
      throw e;
    } else if (failure instanceof RuntimeException e) {
      throw e;
    } else if (failure instanceof Error e) {
      throw e;
    }
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
          // When the process ends, ONNX Runtime closes what it runs in without waiting for us: then
          // this is the end of the clip.
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
        return;
      } else if (frames < writer.done()) {
        writer.pass(frame);
        frames++;
      }
    }
    encodeNanos += System.nanoTime() - start;
  }

  private double part(Frame frame) {
    return Math.min(1, (frame.pts() + frame.duration()) * secondsPerTick / seconds);
  }

  private synchronized void failed(Throwable thrown) {
    failure = failure == null ? thrown : failure;
  }

  private Step take(BlockingQueue<Step> queue) {
    while (true) {
      try {
        return queue.take();
      } catch (InterruptedException e) {
        // Ends it as a stop does: native memory is in use until all have ended.
        interrupted = true;
      }
    }
  }

  /** How many frames were written; after run, as all below. */
  long frames() {
    return frames;
  }

  /** How many were those before once more. */
  long repeated() {
    return repeated;
  }

  /** Whether it ended before the clip did, as it was asked to or its thread was interrupted. */
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
