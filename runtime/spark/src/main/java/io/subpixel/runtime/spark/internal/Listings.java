package io.subpixel.runtime.spark.internal;

import io.subpixel.pictures.InvalidInputException;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;

/** Listings of which every file is needed. */
final class Listings {
  private Listings() {}

  /**
   * Returns how many files there are.
   *
   * @throws InvalidInputException if there are none, or a folder can't be listed
   */
  static long require(FolderListing listing, Path folder) throws InvalidInputException {
    JavaRDD<FolderListing.Entry> failures =
        listing.files().filter(entry -> entry.kind() == FolderListing.Kind.FAILURE);
    List<FolderListing.Entry> failed = failures.take(1);
    if (!failed.isEmpty()) {
      FolderListing.Entry first = failed.get(0);
      throw new InvalidInputException(
          Store.name(folder), "folders that can be listed", String.valueOf(first.failure()));
    }
    if (listing.count() == 0) {
      throw new InvalidInputException(
          Store.name(folder),
          "a folder of images",
          "none in it"
              + (listing.others() == 0 ? "" : ", but " + listing.others() + " other files"));
    }
    return listing.count();
  }
}
