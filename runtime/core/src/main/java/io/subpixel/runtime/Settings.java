package io.subpixel.runtime;

import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Settings of an upscaler that don't depend on the model.
 *
 * @param device the requested device
 * @param threads the number of concurrent tiles
 * @param executor computes tiles in addition to the callers' threads; null for threads of its own
 * @param memory the approximate memory limit in bytes
 * @param tile the side of a tile, 0 for as large as memory allows
 * @param network options for opening networks
 */
record Settings(
    Device device,
    int threads,
    @Nullable Executor executor,
    long memory,
    int tile,
    NetworkOptions network) {}
