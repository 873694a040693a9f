package io.subpixel.runtime.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;

/** Several pictures at once, their outcomes in the order of the pictures. */
final class Batch {
  private static final int SECONDS_TO_END = 30;

  private final ExecutorService threads;
  private final boolean failFast;
  private final AtomicInteger written = new AtomicInteger();
  private volatile boolean stopped;

  /**
   * @param atOnce how many at once
   * @param failFast whether the first failure ends it
   */
  Batch(int atOnce, boolean failFast) {
    threads = Executors.newFixedThreadPool(atOnce);
    this.failFast = failFast;
  }

  /** Whether it is to end; whoever works on a picture asks now and then, and gives up. */
  boolean isStopped() {
    return stopped;
  }

  /**
   * Runs to the end, or until it is stopped: by the first failure, or by a signal to the process.
   *
   * @param work upscales a picture; throws nothing
   * @param told gets each outcome, but for those that were stopped
   * @param interrupted gets the number of pictures written, after a signal
   */
  void run(
      List<Plan.Job> jobs,
      Function<Plan.Job, Outcome> work,
      Consumer<Outcome> told,
      Consumer<Integer> interrupted) {
    OnSignal onSignal = new OnSignal(() -> end(interrupted));
    try {
      List<Future<Outcome>> outcomes = new ArrayList<>();
      for (Plan.Job job : jobs) {
        outcomes.add(threads.submit(() -> outcome(job, work)));
      }
      threads.shutdown();
      for (Future<Outcome> outcome : outcomes) {
        Outcome known = outcome.get();
        if (!(known instanceof Outcome.Stopped)) {
          told.accept(known);
        }
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } finally {
      stopped = true;
      onSignal.forget();
    }
  }

  private Outcome outcome(Plan.Job job, Function<Plan.Job, Outcome> work) {
    if (stopped) {
      return new Outcome.Stopped(job);
    }
    Outcome outcome = work.apply(job);
    if (outcome instanceof Outcome.Done) {
      written.incrementAndGet();
    } else if (outcome instanceof Outcome.Failed && failFast) {
      stopped = true;
    }
    return outcome;
  }

  /** Lets nobody leave half a file: the process lives until all have given up. */
  private void end(Consumer<Integer> interrupted) {
    stopped = true;
    try {
      threads.awaitTermination(SECONDS_TO_END, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    interrupted.accept(written.get());
  }
}
