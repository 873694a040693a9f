package io.subpixel.runtime;

import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.UnavailableException;
import java.util.function.IntSupplier;

/**
 * Chooses sizes of tiles and bands that stay within a memory limit. One half is for the network,
 * which needs a certain amount per LR pixel of a tile, the other for the rows of bands.
 */
final class MemoryPlan {
  static final long DEFAULT_BYTES = 1L << 30;
  static final long MIN_BYTES = 32L << 20;

  /** At this size, halos are a twentieth of the work with a receptive radius of 15. */
  private static final int MAX_TILE_PIXELS = 1 << 20;

  /** LR pixels of a small picture's tile beyond those that it keeps. */
  private static final int HALO = 32 << 10;

  private final OnnxNetwork network;
  private final int workers;
  private final long bytes;
  private final int side;
  private final IntSupplier networks;

  /**
   * @param networks returns how many networks share their half
   */
  MemoryPlan(OnnxNetwork network, Settings settings, IntSupplier networks) {
    this.network = network;
    workers = settings.threads();
    bytes = settings.memory();
    side = settings.tile();
    this.networks = networks;
  }

  /** Returns the grid for a picture that is held in memory together with the result. */
  TileGrid gridInMemory(PictureLayout lr) {
    return grid(lr, Integer.MAX_VALUE);
  }

  /** Returns the grid for a picture that is read and written in bands. */
  TileGrid gridInBands(PictureLayout lr, int depth) {
    ModelTraits model = network.traits();
    long row = (long) lr.width() * lr.channels();
    long copies = lr.hasAlpha() ? 2 : 1;
    long lrRow = copies * row * lr.depth() / 8;
    long srRows = row * model.scale() * model.scale() * depth / 8;
    long heap = Runtime.getRuntime().maxMemory() / 3;
    long rowBytes = TiledUpscale.BANDS * (lrRow + srRows);
    long rows = Math.min(bytes / 2, heap) / rowBytes;
    // A band holds the rows of its tiles, and those around them for chroma and alpha.
    long tileRows = rows - 2L * TiledUpscale.around(model, lr);
    long least = TileGrid.minRows(lr, model);
    if (tileRows < least && lr.height() > rows) {
      throw tooLittleForRows(least + 2L * TiledUpscale.around(model, lr), rowBytes, lr);
    }
    return grid(lr, (int) Math.min(Math.max(tileRows, least), lr.height()));
  }

  /** Names the limit that is exceeded: that of the upscaler, or the heap. */
  private UnavailableException tooLittleForRows(long rows, long rowBytes, PictureLayout lr) {
    long needed = rows * rowBytes;
    long heap = Runtime.getRuntime().maxMemory();
    String least = "expected at least %d MB to hold %d rows of %s, received %d MB";
    return new UnavailableException(
        bytes / 2 < needed
            ? "memory: " + least.formatted(megabytes(2 * needed), rows, lr, bytes >> 20)
            : "heap (-Xmx): " + least.formatted(megabytes(3 * needed), rows, lr, heap >> 20));
  }

  private static long megabytes(long bytes) {
    return (bytes + (1 << 20) - 1) >> 20;
  }

  private TileGrid grid(PictureLayout lr, int maxRows) {
    ModelTraits model = network.traits();
    long least = TileGrid.minPixels(lr, model);
    long most = Math.min(network.maxPixels(), MAX_TILE_PIXELS);
    long share = bytes / 2 / workers / networks.getAsInt();
    long fitting = share / network.maxBytesPerLrPixel();
    // Measuring takes a while, so do it only if tiles would become smaller than one per worker.
    long wanted = Math.min(most, lr.pixels() / workers + HALO);
    if (fitting < Math.max(wanted, least)) {
      fitting = share / network.bytesPerLrPixel();
      if (fitting < least) {
        throw new UnavailableException(
            "memory: expected at least "
                + megabytes(2L * workers * networks.getAsInt() * least * network.bytesPerLrPixel())
                + (" MB for " + workers + " tiles of " + least + " LR pixels at once, received ")
                + ((bytes >> 20) + " MB"));
      }
    }
    most = Math.min(most, fitting);
    most = Math.max(most, least);
    return side > 0
        ? TileGrid.ofSide(lr, model, side, maxRows)
        : TileGrid.of(lr, model, most, maxRows, workers);
  }
}
