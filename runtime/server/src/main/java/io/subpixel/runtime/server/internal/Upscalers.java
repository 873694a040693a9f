package io.subpixel.runtime.server.internal;

import io.subpixel.runtime.Upscaler;
import io.subpixel.zoo.ModelCard;
import io.subpixel.zoo.Pretrained;
import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.LongStream;

/**
 * The open upscalers. As many are kept as pictures are upscaled at once; the one that wasn't used
 * for longest gives way. Each has the same share of the service's memory, one half of it for its
 * network and as much again for the rows of a picture, so that no picture takes another's.
 * Thread-safe.
 */
final class Upscalers implements AutoCloseable {
  /** An upscaler's bound can't be smaller. */
  static final long MIN_BYTES = 32L << 20;

  /** Of an upscaler's share, enough for a tile of any model of the library. */
  private static final long BYTES_OF_TILE = 8L << 20;

  private final Settings settings;
  private final Map<Key, Lease> open = new LinkedHashMap<>(16, 0.75f, true);

  Upscalers(Settings settings) {
    this.settings = settings;
  }

  /**
   * Which model upscales a picture.
   *
   * @param model its name; empty if one is chosen for each picture
   * @param scale the model's scale
   * @param strength how much it corrects; empty for the default
   */
  record Key(Optional<String> model, int scale, OptionalDouble strength) {
    /** Returns the multiply-accumulates per LR pixel, of the largest model that may be chosen. */
    long macsPerLrPixel() {
      String clean = model.orElseGet(() -> Pretrained.ofScale(scale));
      Optional<String> photo = model.isPresent() ? model : Pretrained.photoOfScale(scale);
      return LongStream.of(macs(clean), photo.map(Key::macs).orElse(0L)).max().getAsLong();
    }

    private static long macs(String name) {
      ModelCard card = Pretrained.card(name);
      return card.macsPerLrPixel();
    }
  }

  /** An upscaler in use. The caller closes the lease, never the upscaler. */
  final class Lease implements AutoCloseable {
    private final Upscaler upscaler;
    private int users;

    private Lease(Upscaler upscaler) {
      this.upscaler = upscaler;
    }

    Upscaler upscaler() {
      return upscaler;
    }

    @Override
    public void close() {
      release(this);
    }
  }

  /** Returns the upscaler for a key; opens it if it isn't. */
  synchronized Lease lease(Key key) throws IOException {
    Lease lease = open.get(key);
    if (lease == null) {
      makeRoom();
      lease = new Lease(opened(key));
      open.put(key, lease);
    }
    lease.users++;
    return lease;
  }

  private Upscaler opened(Key key) throws IOException {
    long share = share();
    int threads = (int) Math.min(settings.threads(), share / BYTES_OF_TILE);
    Upscaler.Builder builder = settings.engine().get().memory(share).threads(threads);
    if (key.model.isPresent()) {
      builder.model(key.model.get());
    } else {
      builder.choosing(key.scale);
    }
    if (key.strength.isPresent()) {
      builder.strength(key.strength.getAsDouble());
    }
    return builder.open();
  }

  /** Rows lie in the heap: those of all pictures at once fill half of it at most. */
  private long share() {
    long all = Math.min(settings.memory(), Runtime.getRuntime().maxMemory());
    return Math.max(MIN_BYTES, all / settings.pictures());
  }

  private void makeRoom() {
    Iterator<Lease> oldest = open.values().iterator();
    while (open.size() >= settings.pictures() && oldest.hasNext()) {
      Lease lease = oldest.next();
      if (lease.users == 0) {
        oldest.remove();
        lease.upscaler.close();
      }
    }
  }

  private synchronized void release(Lease lease) {
    lease.users--;
  }

  /** Closes all. None may be in use. */
  @Override
  public synchronized void close() {
    open.values().forEach(lease -> lease.upscaler.close());
    open.clear();
  }
}
