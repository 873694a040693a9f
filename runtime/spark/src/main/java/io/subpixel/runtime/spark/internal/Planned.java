package io.subpixel.runtime.spark.internal;

import io.subpixel.pictures.codec.PictureFormat;
import io.subpixel.runtime.spark.Status;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * A picture of the job.
 *
 * @param input its whole path
 * @param output the result's path below the output folder
 * @param page from 1 if its file has several; otherwise 0
 * @param bytes the size of its file
 * @param width columns; 0 if unknown
 * @param srWidth columns of the result
 * @param heap an upper bound of the heap that it takes
 * @param cost multiply-accumulates, and what each file costs beside them
 * @param status what is known already; null if it must be upscaled
 * @param error what is wrong with it, in one line
 */
record Planned(
    String input,
    String output,
    PictureFormat format,
    int page,
    long bytes,
    int width,
    int height,
    int srWidth,
    int srHeight,
    long heap,
    double cost,
    @Nullable Status status,
    @Nullable String error)
    implements Serializable {

  /** A folder that can't be listed. */
  static Planned failure(FolderListing.Entry folder, String error) {
    return settled(folder, 0, error);
  }

  /** A file whose output would be that of another; its page is negative. */
  static Planned conflict(FolderListing.Entry file, String error) {
    return settled(file, -1, error);
  }

  private static Planned settled(FolderListing.Entry entry, int page, String error) {
    return new Planned(
        entry.path(),
        entry.relative(),
        PictureFormat.PNG,
        page,
        entry.bytes(),
        0,
        0,
        0,
        0,
        0,
        0,
        Status.FAILED,
        error);
  }

  boolean isOpen() {
    return status == null;
  }

  /** The order in which pictures are done: by cost, and never by chance. */
  record Order(double cost, String output) implements Comparable<Order>, Serializable {
    @Override
    public int compareTo(Order other) {
      int byCost = Double.compare(other.cost, cost);
      return byCost != 0 ? byCost : output.compareTo(other.output);
    }
  }

  Order order() {
    return new Order(cost, output);
  }
}
