package io.subpixel.runtime;

import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * How an upscaler runs whatever model it has.
 *
 * @param device where it is to run
 * @param threads how many tiles at once
 * @param executor where tiles are computed besides the callers' threads; null for threads of its
 *     own
 * @param memory about how many bytes it may take
 * @param tile the side of a tile, 0 for as large as memory allows
 * @param network how networks are opened
 */
record Settings(
    Device device,
    int threads,
    @Nullable Executor executor,
    long memory,
    int tile,
    NetworkOptions network) {}
