package io.subpixel.runtime.batch;

import io.subpixel.runtime.Upscaler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Upscales the pictures of a plan, several at once. For one run. Any thread may call {@link #stop}.
 *
 * <pre>{@code
 * Path out = Path.of("large");
 * BatchInputs found = BatchInputs.find(List.of(Path.of("photos")), true, out);
 * BatchPlan plan =
 *     BatchPlan.of(
 *         found.files(), new BatchOutput.ToFolder(out), BatchPlan.Naming.unchanged(), upscaler);
 * new Batch(upscaler, BatchOptions.DEFAULTS).run(plan, BatchListener.NONE);
 * }</pre>
 *
 * @since 0.1
 */
public final class Batch {
  private final Upscaler upscaler;
  private final BatchOptions options;
  private final AtomicInteger written = new AtomicInteger();
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean stopped;

  /**
   * Creates a batch without running it.
   *
   * @param upscaler stays open
   */
  public Batch(Upscaler upscaler, BatchOptions options) {
    this.upscaler = upscaler;
    this.options = options;
  }

  /**
   * Runs to the end, or until it is stopped. A failed picture ends the batch only if the options
   * say so.
   *
   * @return the outcomes in the order of the plan, without those of pictures that were stopped
   * @throws IllegalStateException if the thread is interrupted. That stops the batch, but pictures
   *     under way may outlast this call: {@link #await} waits for them.
   */
  public List<Outcome> run(BatchPlan plan, BatchListener listener) {
    JobRunner runner = new JobRunner(upscaler, options, listener, () -> stopped);
    List<Outcome> told = new ArrayList<>();
    ExecutorService threads = threads(Math.max(1, plan.jobs().size()));
    try {
      List<Future<Optional<Outcome>>> outcomes = new ArrayList<>();
      for (BatchPlan.Job job : plan.jobs()) {
        outcomes.add(threads.submit(() -> outcome(job, runner)));
      }
      threads.shutdown();
      for (Future<Optional<Outcome>> outcome : outcomes) {
        Optional<Outcome> known = outcome.get();
        known.ifPresent(told::add);
        known.ifPresent(listener::reported);
      }
      ended.await();
      return told;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } finally {
      stopped = true;
      threads.shutdown();
    }
  }

  /**
   * Runs one job on the calling thread.
   *
   * @return the outcome; empty if the batch was stopped or the options cancelled the job
   */
  public Optional<Outcome> run(BatchPlan.Job job) {
    return new JobRunner(upscaler, options, BatchListener.NONE, () -> stopped).run(job);
  }

  /** Threads that report the end of the batch when the last of them has ended. */
  private ExecutorService threads(int jobs) {
    int count = Math.min(options.concurrency(), jobs);
    return new ThreadPoolExecutor(count, count, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>()) {
      @Override
      protected void terminated() {
        ended.countDown();
      }
    };
  }

  private Optional<Outcome> outcome(BatchPlan.Job job, JobRunner runner) {
    if (stopped) {
      return Optional.empty();
    }
    Optional<Outcome> outcome = runner.run(job);
    outcome.ifPresent(
        known -> {
          if (known instanceof Outcome.Done) {
            written.incrementAndGet();
          } else if (known instanceof Outcome.Failed && options.failFast()) {
            stopped = true;
          }
        });
    return outcome;
  }

  /** Returns how many pictures are written so far. */
  public int written() {
    return written.get();
  }

  /**
   * Asks the batch to end. Pictures in progress end before their next band of rows, and leave
   * nothing behind.
   */
  public void stop() {
    stopped = true;
  }

  /**
   * Waits until the batch has ended and no thread of it writes any more.
   *
   * @param longest how long to wait at most
   * @return whether it has ended
   * @throws InterruptedException if this thread is interrupted
   */
  public boolean await(Duration longest) throws InterruptedException {
    return ended.await(longest.toNanos(), TimeUnit.NANOSECONDS);
  }
}
