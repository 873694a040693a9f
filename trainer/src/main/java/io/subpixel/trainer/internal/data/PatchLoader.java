package io.subpixel.trainer.internal.data;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.UnavailableException;
import io.subpixel.pictures.internal.Reason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes batches without end on threads of its own, ahead of the network: pictures in random order,
 * each once an epoch, their patches mixed in a pool. What is in a batch depends on the pictures,
 * the seed, the epoch and the batch's place in it alone. Belongs to one consumer, which closes it.
 */
public final class PatchLoader implements AutoCloseable {
  private static final int AHEAD = 8;
  private static final long BYTES_AHEAD = 64L << 20;
  private static final int POOL = 2048;
  private static final long POOL_BYTES = 64L << 20;

  private final List<Original> originals;
  private final PatchOptions options;
  private final Position start;
  private final Consumer<String> warnings;
  private final Set<String> warned = new HashSet<>();
  private final AtomicInteger skipped = new AtomicInteger();
  private final BlockingQueue<Item> queue;
  private final List<Patch> pool = new ArrayList<>();
  private final List<Patch> next = new ArrayList<>();
  private final int poolSize;
  private final Augmenter augmenter;
  private final PatchFeed feed;
  private final Thread assembler;
  private @Nullable Batch held;
  private long made;

  private sealed interface Item {}

  private record Made(Batch batch) implements Item {}

  private record Failed(Throwable failure) implements Item {}

  /**
   * Where in the batches to begin.
   *
   * @param epoch from 1
   * @param batches how many of that epoch were used already
   */
  public record Position(int epoch, long batches) {
    /** The very first batch. */
    public static final Position START = new Position(1, 0);

    /** Checks the ranges. */
    public Position {
      if (epoch < 1 || batches < 0) {
        throw new IllegalArgumentException(
            "position: expected an epoch from 1 and batches from 0, received "
                + (epoch + " and " + batches));
      }
    }
  }

  /**
   * Starts loading.
   *
   * @param start where; the batches are those that would have come there anyway
   * @param warnings told of every picture that is skipped, broken or too small, once, and of frames
   *     that are too small once a clip; on a thread of the loader
   */
  public PatchLoader(
      List<Original> originals, PatchOptions options, Position start, Consumer<String> warnings) {
    this.originals = List.copyOf(originals);
    this.options = options;
    this.start = start;
    this.warnings = warnings;
    long lrPixels = (long) options.patch() * options.patch();
    long pixels = lrPixels * (1 + (long) options.scale() * options.scale());
    long batchBytes = 4 * pixels * options.channels() * options.batch();
    queue = new ArrayBlockingQueue<>((int) Math.max(1, Math.min(AHEAD, BYTES_AHEAD / batchBytes)));
    poolSize = (int) Math.max(1, Math.min(POOL, POOL_BYTES / (4 * pixels)));
    augmenter =
        new Augmenter(
            options.augmentations(), options.channels(), options.patch(), options.scale());
    PatchReader reader = new PatchReader(this.originals, options);
    feed = new PatchFeed(reader, originals.size(), options, start.epoch());
    assembler = new Thread(this::load, "patch-loader");
    assembler.setDaemon(true);
    assembler.start();
  }

  /**
   * The next batch.
   *
   * @throws InvalidInputException if a whole epoch gave no batch, the start lies behind its epoch's
   *     end, or, with {@code strict}, a picture can't be used
   * @throws IOException if loading failed
   */
  public Batch next() throws IOException, InterruptedException {
    Item item = queue.take();
    if (item instanceof Made ready) {
      return ready.batch();
    }
    queue.put(item);
    Throwable failure = ((Failed) item).failure();
    if (failure instanceof InvalidInputException invalid) {
      throw new InvalidInputException(
          invalid.where(), invalid.expected(), invalid.received(), invalid);
    } else if (failure instanceof UnavailableException lacking) {
      throw new UnavailableException(String.valueOf(lacking.getMessage()), lacking);
    }
    throw new IOException("loading pictures failed: " + Reason.of(failure), failure);
  }

  /** Returns the number of images that couldn't be used so far. */
  public int skipped() {
    return skipped.get();
  }

  /** Stops loading, and waits until the loader's threads have ended. */
  @Override
  public void close() {
    assembler.interrupt();
    feed.close();
    PatchFeed.join(assembler);
  }

  private void load() {
    Throwable failure;
    try {
      for (int epoch = start.epoch(); ; epoch++) {
        loadEpoch(epoch);
      }
    } catch (InterruptedException e) {
      return;
    } catch (IOException | RuntimeException | Error e) {
      // Whatever ends this thread must reach the one that waits for batches.
      failure = e;
    }
    try {
      queue.put(new Failed(failure));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void loadEpoch(int epoch) throws IOException, InterruptedException {
    Random mixing = new Random(Seeds.of(options.seed(), epoch, 3));
    made = 0;
    for (int i = 0; i < originals.size(); i++) {
      PatchFeed.Read read = feed.take();
      check(read);
      for (Patch patch : read.patches()) {
        pool.add(patch);
        if (pool.size() > poolSize) {
          emitOne(epoch, mixing);
        }
      }
    }
    // What doesn't fill a batch at the end is left out: steps are alike.
    while (pool.size() + next.size() >= options.batch()) {
      emitOne(epoch, mixing);
    }
    pool.clear();
    next.clear();
    if (made == 0) {
      throw new InvalidInputException(
          "training data",
          "images for at least one batch of " + options.batch() + " patches",
          "too few usable ones");
    }
    if (made < already(epoch)) {
      throw new InvalidInputException(
          "start in epoch " + epoch, "at most its " + made + " batches", "" + start.batches());
    }
    put(null, true);
  }

  /** Says of a picture that it is of no use, if it is; other failures end the loading. */
  private void check(PatchFeed.Read read) throws IOException {
    @Nullable Throwable failure = read.failure();
    if (failure instanceof InvalidInputException invalid && !options.loading().strict()) {
      skipped.incrementAndGet();
      if (warned.add(String.valueOf(invalid.getMessage()))) {
        warnings.accept(invalid.getMessage() + "; skipped");
      }
    } else if (failure instanceof IOException io) {
      throw io;
    } else if (failure instanceof Error error) {
      throw error;
    } else if (failure instanceof RuntimeException bug) {
      throw bug;
    }
  }

  private void emitOne(int epoch, Random mixing) throws InterruptedException {
    int pick = mixing.nextInt(pool.size());
    next.add(pool.get(pick));
    pool.set(pick, pool.get(pool.size() - 1));
    pool.remove(pool.size() - 1);
    if (next.size() == options.batch()) {
      made++;
      if (made > already(epoch)) {
        put(pack(next, epoch), false);
      }
      next.clear();
    }
  }

  /** Batches to leave out at the start of an epoch. */
  private long already(int epoch) {
    return epoch == start.epoch() ? start.batches() : 0;
  }

  /** Holds each batch back until it is known whether it is the last of its epoch. */
  private void put(@Nullable Batch batch, boolean ends) throws InterruptedException {
    if (held != null) {
      queue.put(new Made(new Batch(held.lr(), held.hr(), held.epoch(), ends)));
    }
    held = batch;
  }

  private Batch pack(List<Patch> patches, int epoch) {
    int lrSize = options.channels() * options.patch() * options.patch();
    float[] lr = new float[lrSize * patches.size()];
    float[] hr = new float[lr.length * options.scale() * options.scale()];
    int lrAt = 0;
    int hrAt = 0;
    Random random = new Random(Seeds.of(options.seed(), epoch, made, 5));
    for (Patch patch : patches) {
      PicturePair pair = augmenter.shuffled(patch.pair(), random);
      lrAt = Patch.pack(pair.lr(), options.colour(), patch.way(), lr, lrAt);
      hrAt = Patch.pack(pair.hr(), options.colour(), patch.way(), hr, hrAt);
    }
    augmenter.mix(lr, hr, random);
    return new Batch(lr, hr, epoch, false);
  }
}
