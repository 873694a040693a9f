package io.subpixel.runtime.spark.internal;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import org.apache.spark.api.java.JavaPairRDD;
import scala.Tuple2;

/** The files of a listing, each with its place from 0 in the order of the other commands. */
final class SortedFiles {
  private SortedFiles() {}

  /**
   * A file's path, which compares as paths of disks do: by bytes of UTF-8.
   *
   * @param bytes each as a character
   */
  private record Name(String bytes) implements Comparable<Name>, Serializable {
    static Name of(FolderListing.Entry file) {
      byte[] bytes = file.relative().getBytes(StandardCharsets.UTF_8);
      return new Name(new String(bytes, StandardCharsets.ISO_8859_1));
    }

    @Override
    public int compareTo(Name other) {
      return bytes.compareTo(other.bytes);
    }
  }

  /** Sorts the files that can be read. */
  static JavaPairRDD<Long, FolderListing.Entry> of(FolderListing listing, int tasks) {
    return listing
        .files()
        .filter(entry -> entry.kind() == FolderListing.Kind.FILE)
        .sortBy(Name::of, true, tasks)
        .zipWithIndex()
        .mapToPair(each -> new Tuple2<>(each._2, each._1));
  }
}
