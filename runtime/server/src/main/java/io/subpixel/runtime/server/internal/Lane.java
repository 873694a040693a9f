package io.subpixel.runtime.server.internal;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A queue of bounded length, and the threads that work on it. Thread-safe. */
final class Lane implements AutoCloseable {
  private final String name;
  private final int length;
  private final ThreadPoolExecutor threads;

  /** What a task took of late, as a running mean. */
  private double seconds = 1;

  /**
   * @param name what it is for, in messages and metrics
   * @param length how many tasks may wait
   */
  Lane(String name, int size, int length) {
    this.name = name;
    this.length = length;
    AtomicInteger count = new AtomicInteger();
    ThreadFactory factory =
        task -> {
          Thread thread = new Thread(task, "serve-" + name + "-" + count.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        };
    threads =
        new ThreadPoolExecutor(
            size,
            size,
            30,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(Math.max(1, length)),
            factory);
    threads.allowCoreThreadTimeOut(true);
  }

  /**
   * Runs a task when its turn comes.
   *
   * @param context where the result is handled
   * @param cancellation ends the wait; a running task has to look itself
   * @return fails with {@link Problem} if too many wait already
   */
  <T> Future<T> run(Context context, Cancellation cancellation, Callable<T> task) {
    Promise<T> promise = Promise.promise();
    Runnable work =
        () -> {
          long start = System.nanoTime();
          try {
            cancellation.check();
            T result = task.call();
            context.runOnContext(on -> promise.complete(result));
          } catch (Exception | Error e) {
            context.runOnContext(on -> promise.fail(e));
          } finally {
            took(Duration.ofNanos(System.nanoTime() - start));
          }
        };
    try {
      threads.execute(work);
    } catch (RejectedExecutionException e) {
      return Future.failedFuture(
          Problem.busy(
              name + " queue",
              "at most " + length + " requests that wait",
              "one more",
              retryAfter()));
    }
    cancellation.onCancel(
        () -> {
          if (threads.remove(work)) {
            context.runOnContext(on -> promise.fail(new CancellationException("cancelled")));
          }
        });
    return promise.future();
  }

  private synchronized void took(Duration time) {
    seconds += 0.2 * (time.toNanos() / 1e9 - seconds);
  }

  /** Estimates in how many seconds there is room again. */
  private synchronized long retryAfter() {
    return (long) Math.ceil(Math.max(1, seconds / threads.getMaximumPoolSize()));
  }

  /** Returns how many tasks wait. */
  int waiting() {
    return threads.getQueue().size();
  }

  /** Returns how many tasks run. */
  int running() {
    return threads.getActiveCount();
  }

  String name() {
    return name;
  }

  /** Takes no more tasks, and waits a while for those that run. */
  @Override
  public void close() {
    threads.shutdown();
    try {
      threads.awaitTermination(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
