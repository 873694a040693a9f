package io.subpixel.trainer.data;

import io.subpixel.models.InvalidInputException;
import io.subpixel.models.picture.PictureFiles;
import io.subpixel.trainer.data.PatchCutter.Patch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes the batches of one epoch on a thread of its own, ahead of the network: pictures in random
 * order, each decoded once, their patches mixed in a pool. Belongs to one consumer, which closes
 * it.
 */
public final class PatchLoader implements AutoCloseable {
  private static final int AHEAD = 8;
  private static final int POOL = 2048;

  private final List<Path> files;
  private final PatchOptions options;
  private final Random random;
  private final Consumer<String> warnings;
  private final BlockingQueue<Item> queue = new ArrayBlockingQueue<>(AHEAD);
  private final List<Patch> pool = new ArrayList<>(POOL);
  private final List<Patch> next = new ArrayList<>();
  private final Thread thread;

  private sealed interface Item {}

  private record Made(Batch batch) implements Item {}

  private record End(@Nullable Throwable failure) implements Item {}

  /**
   * Starts loading.
   *
   * @param epoch part of the seed: each epoch has another order and other patches
   * @param warnings told of every picture that is skipped, broken or too small, on the loading
   *     thread
   */
  public PatchLoader(
      PictureFolder pictures, PatchOptions options, int epoch, Consumer<String> warnings) {
    this.files = new ArrayList<>(pictures.files());
    this.options = options;
    this.random = new Random(options.seed() * 1_000_003 + epoch);
    this.warnings = warnings;
    thread = new Thread(this::load, "patch-loader");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * The next batch, or nothing when the epoch is over.
   *
   * @throws IOException if loading failed
   */
  public Optional<Batch> next() throws IOException, InterruptedException {
    Item item = queue.take();
    if (item instanceof Made made) {
      return Optional.of(made.batch());
    }
    queue.put(item);
    Throwable failure = ((End) item).failure();
    if (failure != null) {
      throw new IOException("loading pictures failed: " + failure, failure);
    }
    return Optional.empty();
  }

  /** Stops loading. */
  @Override
  public void close() {
    thread.interrupt();
  }

  private void load() {
    @Nullable Throwable failure = null;
    try {
      PatchCutter cutter = new PatchCutter(options);
      Collections.shuffle(files, random);
      for (Path file : files) {
        cutFrom(file, cutter);
        while (pool.size() >= POOL) {
          emitOne();
        }
      }
      // What doesn't fill a batch at the end is left out: steps are alike.
      while (pool.size() + next.size() >= options.batch()) {
        emitOne();
      }
    } catch (InterruptedException e) {
      return;
    } catch (IOException | RuntimeException | Error e) {
      // Whatever ends this thread must reach the one that waits for batches.
      failure = e;
    }
    try {
      queue.put(new End(failure));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void cutFrom(Path file, PatchCutter cutter) throws IOException {
    try {
      if (!cutter.cut(PictureFiles.read(file), random, pool::add)) {
        warnings.accept(
            file
                + ": expected both sides at least "
                + options.patch() * options.scale()
                + " pixels; skipped");
      }
    } catch (InvalidInputException e) {
      warnings.accept(e.getMessage() + "; skipped");
    }
  }

  private void emitOne() throws InterruptedException {
    int pick = random.nextInt(pool.size());
    next.add(pool.get(pick));
    pool.set(pick, pool.get(pool.size() - 1));
    pool.remove(pool.size() - 1);
    if (next.size() == options.batch()) {
      queue.put(new Made(pack(next)));
      next.clear();
    }
  }

  private Batch pack(List<Patch> patches) {
    int lrSize = options.patch() * options.patch();
    int hrSize = lrSize * options.scale() * options.scale();
    float[] lr = new float[lrSize * patches.size()];
    float[] hr = new float[hrSize * patches.size()];
    for (int i = 0; i < patches.size(); i++) {
      System.arraycopy(patches.get(i).lr().values(), 0, lr, i * lrSize, lrSize);
      System.arraycopy(patches.get(i).hr().values(), 0, hr, i * hrSize, hrSize);
    }
    return new Batch(lr, hr);
  }
}
