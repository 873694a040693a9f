package io.subpixel.runtime;

import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.UnavailableException;
import java.util.function.IntSupplier;

/**
 * How large tiles and bands may be so that all of them together stay within a bound. Half of it is
 * for the network, which takes so much for each LR pixel of a tile, half for the rows of bands.
 */
final class MemoryPlan {
  static final long DEFAULT_BYTES = 1L << 30;
  static final long MIN_BYTES = 32L << 20;

  /** At this size halos are a twentieth of the work, with a receptive radius of 15. */
  private static final int MAX_TILE_PIXELS = 1 << 20;

  /** LR pixels that a tile of a small picture has around those that it keeps. */
  private static final int HALO = 32 << 10;

  private final OnnxNetwork network;
  private final int workers;
  private final long bytes;
  private final int side;
  private final IntSupplier networks;

  /**
   * @param networks how many share the half for networks
   */
  MemoryPlan(OnnxNetwork network, Settings settings, IntSupplier networks) {
    this.network = network;
    workers = settings.threads();
    bytes = settings.memory();
    side = settings.tile();
    this.networks = networks;
  }

  /** For a picture that is in memory as a whole, and so is the result. */
  TileGrid gridInMemory(PictureLayout lr) {
    return grid(lr, Integer.MAX_VALUE);
  }

  /** For a picture that is read and written in bands. */
  TileGrid gridInBands(PictureLayout lr, int depth) {
    ModelTraits model = network.traits();
    long row = (long) lr.width() * lr.channels();
    long copies = lr.hasAlpha() ? 2 : 1;
    long lrRow = copies * row * lr.depth() / 8;
    long srRows = row * model.scale() * model.scale() * depth / 8;
    long heap = Runtime.getRuntime().maxMemory() / 3;
    long rows = Math.min(bytes / 2, heap) / TiledUpscale.BANDS / (lrRow + srRows);
    // A band's rows are those of its tiles and those around them that are held for chroma and
    // alpha.
    long tileRows = rows - 2L * TiledUpscale.around(model, lr);
    long least = TileGrid.minRows(lr, model);
    if (tileRows < least && lr.height() > rows) {
      throw new UnavailableException(
          "memory: expected enough for "
              + (least + 2L * TiledUpscale.around(model, lr))
              + (" rows of " + lr + " at a time, received " + Math.min(bytes / 2, heap))
              + " bytes, enough for "
              + rows);
    }
    return grid(lr, (int) Math.min(Math.max(tileRows, least), lr.height()));
  }

  private TileGrid grid(PictureLayout lr, int maxRows) {
    ModelTraits model = network.traits();
    long least = TileGrid.minPixels(lr, model);
    long most = Math.min(network.maxPixels(), MAX_TILE_PIXELS);
    long share = bytes / 2 / workers / networks.getAsInt();
    long fitting = share / network.maxBytesPerLrPixel();
    // To measure takes a while: only where tiles would become smaller than one for each worker.
    long wanted = Math.min(most, lr.pixels() / workers + HALO);
    if (fitting < Math.max(wanted, least)) {
      fitting = share / network.bytesPerLrPixel();
      if (fitting < least) {
        throw new UnavailableException(
            "memory: expected at least "
                + (2L * workers * networks.getAsInt() * least * network.bytesPerLrPixel())
                + (" bytes for " + workers + " tiles of " + least + " LR pixels at once, received ")
                + bytes);
      }
    }
    most = Math.min(most, fitting);
    most = Math.max(most, least);
    return side > 0
        ? TileGrid.ofSide(lr, model, side, maxRows)
        : TileGrid.of(lr, model, most, maxRows, workers);
  }
}
