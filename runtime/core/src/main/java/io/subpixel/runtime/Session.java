package io.subpixel.runtime;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.subpixel.pictures.internal.Failures;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A session of ONNX Runtime that can't make its callers hang. Loading and running happen on other
 * threads. Work that exceeds its limits is asked to end, and abandoned if it doesn't. Thread-safe.
 */
final class Session implements AutoCloseable {
  private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final AtomicInteger STARTED = new AtomicInteger();
  private static final Executor THREADS =
      new ThreadPoolExecutor(
          0,
          Integer.MAX_VALUE,
          1,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          work -> {
            Thread thread = new Thread(work, "subpixel-run-" + STARTED.incrementAndGet());
            thread.setDaemon(true);
            return thread;
          });

  private final OrtSession session;
  private final Optional<Subpixels.Ending> ending;
  // Abandoned work still uses the session: whichever ends last closes it.
  private final Calls runs = new Calls(this::release);

  private Session(Loaded loaded) {
    session = loaded.session;
    ending = loaded.ending;
  }

  /**
   * A model in ONNX Runtime.
   *
   * @param session which runs it
   * @param ending what it leaves to whoever reads a result, if anything
   */
  record Loaded(OrtSession session, Optional<Subpixels.Ending> ending) {}

  /** Work exceeded its limits; the message says which. */
  static final class ExceededException extends Exception {
    private static final long serialVersionUID = 1L;

    private ExceededException(String message) {
      super(message);
    }

    /** Returns what exceeded the limit, as the received part of a message. */
    @Override
    public String getMessage() {
      return String.valueOf(super.getMessage());
    }
  }

  /** Creates a session, with options that live until then. */
  interface Opening {
    Loaded open() throws OrtException;
  }

  /** Runs a session. Everything it uses must live until it returns, even if nobody waits for it. */
  interface Run {
    OrtSession.Result run(OrtSession session, OrtSession.RunOptions options) throws OrtException;
  }

  /** Loads a model. */
  static Session open(Bounds bounds, Opening opening) throws OrtException, ExceededException {
    CompletableFuture<Session> opened = new CompletableFuture<>();
    long before = bounds.isWatched() ? Bounds.memory() : 0;
    THREADS.execute(() -> complete(opened, () -> new Session(opening.open())));
    return await(opened, bounds, before, () -> {});
  }

  /** Returns the session, for its inputs, outputs and metadata. */
  OrtSession info() {
    return session;
  }

  /** Returns what is left to do with a result, if anything. */
  Optional<Subpixels.Ending> ending() {
    return ending;
  }

  /** Runs the model, which must not be closed. */
  OrtSession.Result run(Bounds bounds, Run run) throws OrtException, ExceededException {
    Stop stop = new Stop();
    CompletableFuture<OrtSession.Result> ran = new CompletableFuture<>();
    // Asked before the run starts, so that its first allocations count.
    long before = bounds.isWatched() ? Bounds.memory() : 0;
    THREADS.execute(
        () ->
            complete(
                ran,
                () -> {
                  runs.begin();
                  try {
                    return stop.run(session, run);
                  } finally {
                    runs.end();
                  }
                }));
    return await(ran, bounds, before, stop::ask);
  }

  private interface Step<T> {
    T run() throws OrtException;
  }

  private static <T> void complete(CompletableFuture<T> done, Step<T> step) {
    try {
      done.complete(step.run());
    } catch (OrtException | RuntimeException | Error e) {
      done.completeExceptionally(e);
    }
  }

  private static <T extends AutoCloseable> T await(
      CompletableFuture<T> work, Bounds bounds, long before, Runnable stop)
      throws OrtException, ExceededException {
    long end = System.nanoTime() + bounds.nanos();
    boolean isWatched = bounds.isWatched();
    boolean interrupted = false;
    try {
      while (!work.isDone()) {
        long left = end - System.nanoTime();
        // Memory first: a machine that runs out of it may stall until the time is over, too.
        if (isWatched && Bounds.memory() - before > bounds.bytes()) {
          throw exceeded(
              work, stop, "one that takes more than " + (bounds.bytes() >> 20) + " MB of memory");
        } else if (left <= 0) {
          throw exceeded(work, stop, "nothing within " + bounds.time());
        }
        // The run uses the caller's memory, so an interrupt must wait.
        interrupted |= isInterrupted(work, isWatched ? Math.min(left, POLL_NANOS) : left);
      }
      return work.join();
    } catch (CompletionException e) {
      throw thrown(e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Waits for the end of work, a timeout or an interrupt. */
  private static boolean isInterrupted(CompletableFuture<?> work, long nanos) {
    try {
      work.get(nanos, TimeUnit.NANOSECONDS);
      return false;
    } catch (TimeoutException | ExecutionException e) {
      return false;
    } catch (InterruptedException e) {
      return true;
    }
  }

  private static ExceededException exceeded(
      CompletableFuture<? extends AutoCloseable> work, Runnable stop, String received) {
    stop.run();
    if (isInterrupted(work.thenAccept(Session::discard), GRACE_NANOS)) {
      Thread.currentThread().interrupt();
    }
    return new ExceededException(received);
  }

  private static void discard(AutoCloseable unwanted) {
    try {
      unwanted.close();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static OrtException thrown(CompletionException failed) {
    Throwable failure = failed.getCause();
    if (failure instanceof OrtException e) {
      return e;
    }
    Failures.rethrowUnchecked(failure);
    throw failed;
  }

  /** Asks a run to end, which it does between two nodes. */
  private static final class Stop {
    private final Object lock = new Object();
    private OrtSession.@Nullable RunOptions options;

    OrtSession.Result run(OrtSession session, Run run) throws OrtException {
      try (OrtSession.RunOptions running = new OrtSession.RunOptions()) {
        synchronized (lock) {
          options = running;
        }
        try {
          return run.run(session, running);
        } finally {
          synchronized (lock) {
            options = null;
          }
        }
      }
    }

    void ask() {
      synchronized (lock) {
        if (options != null) {
          try {
            options.setTerminate(true);
          } catch (OrtException e) {
            throw new IllegalStateException(OnnxRuntime.explain(e), e);
          }
        }
      }
    }
  }

  /** Frees the session, or lets abandoned work free it when it ends. */
  @Override
  public void close() {
    runs.refuse();
  }

  private void release() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException(OnnxRuntime.explain(e), e);
    }
  }
}
