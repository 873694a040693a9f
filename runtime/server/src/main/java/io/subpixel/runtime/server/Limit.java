package io.subpixel.runtime.server;

import io.subpixel.pictures.file.PictureReader;

/**
 * What a service refuses beyond. Each has a default, which {@link UpscaleServer.Builder#limit}
 * changes.
 *
 * @since 0.1
 */
public enum Limit {
  /** Bytes of a request. */
  REQUEST_BYTES(64L << 20),
  /** Pixels of a picture that comes in; its header tells. */
  PIXELS(PictureReader.MAX_PIXELS),
  /** Multiply-accumulates of a request: what the result costs, which its input doesn't tell. */
  REQUEST_MACS(2_000_000_000_000L),
  /** Multiply-accumulates up to which a request is a small one, with a queue of its own. */
  SMALL_MACS(50_000_000_000L),
  /** Pixels of a IIIF image that goes out. */
  IIIF_PIXELS(16L << 20),
  /** Requests under way: received, waiting, computed or sent. */
  REQUESTS(64),
  /** Requests that wait in each of the two queues. */
  QUEUE(32),
  /** Seconds until the result of a request is there, and then until it is sent. */
  REQUEST_SECONDS(120),
  /** Seconds within which a client sends a request's headers, or the next part of its body. */
  IDLE_SECONDS(20),
  /** Open connections. */
  CONNECTIONS(2000),
  /** Multiply-accumulates of a job. */
  JOB_MACS(200_000_000_000_000L),
  /** Jobs that are kept: waiting, running or ended. */
  JOBS(1000),
  /** Bytes of all jobs on the disk. */
  JOB_BYTES(10L << 30),
  /** Seconds for which an ended job is kept. */
  JOB_SECONDS(86_400);

  private final long standard;

  Limit(long standard) {
    this.standard = standard;
  }

  /** Returns the default. */
  public long standard() {
    return standard;
  }
}
