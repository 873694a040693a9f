package io.subpixel.runtime.spark.internal;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.internal.Reason;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Predicate;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.SerializableConfiguration;
import org.jspecify.annotations.Nullable;
import scala.Tuple2;

/**
 * Lists a folder and its subfolders on the executors, level by level, so that no process holds the
 * names of all files. Hidden files are ignored, links are followed.
 */
public final class FolderListing implements AutoCloseable {
  /** Folders that a task lists, where there are that many. */
  private static final int FOLDERS_PER_TASK = 16;

  /** A folder of files that aren't complete, in an output folder. */
  static final String TEMPORARY = ".subpixel-temporary";

  private final List<JavaRDD<Entry>> levels = new ArrayList<>();
  private final JavaRDD<Entry> files;
  private Totals totals = new Totals(0, 0, 0);

  /** What an entry is. */
  public enum Kind {
    /** A file that is wanted. */
    FILE,
    /** A folder. */
    FOLDER,
    /** A file that isn't wanted. */
    OTHER,
    /** A folder that can't be listed. */
    FAILURE
  }

  /**
   * A file or a folder.
   *
   * @param path its whole path
   * @param relative its path below the folder that was listed
   * @param bytes its size
   * @param failure what is wrong with it, in one line
   */
  public record Entry(Kind kind, String path, String relative, long bytes, @Nullable String failure)
      implements Serializable {}

  private record Totals(long folders, long files, long others) implements Serializable {
    Totals with(Entry entry) {
      return new Totals(
          folders + (entry.kind == Kind.FOLDER ? 1 : 0),
          files + (entry.kind == Kind.FILE || entry.kind == Kind.FAILURE ? 1 : 0),
          others + (entry.kind == Kind.OTHER ? 1 : 0));
    }

    Totals with(Totals more) {
      return new Totals(folders + more.folders, files + more.files, others + more.others);
    }
  }

  /** Selects files by name. Travels to the executors. */
  @FunctionalInterface
  public interface Wanted extends Predicate<String>, Serializable {}

  /**
   * Lists a folder.
   *
   * @param without a folder that is left out
   */
  public FolderListing(
      JavaSparkContext spark,
      Broadcast<SerializableConfiguration> hadoop,
      Path folder,
      Path without,
      Wanted wanted) {
    String excluded = without.toString();
    JavaRDD<Entry> level =
        spark.parallelize(List.of(new Entry(Kind.FOLDER, folder.toString(), "", 0, null)), 1);
    long folders = 1;
    while (folders > 0) {
      JavaRDD<Entry> entries =
          level
              .flatMap(each -> entries(each, hadoop, excluded, wanted))
              .persist(StorageLevel.DISK_ONLY());
      levels.add(entries);
      Totals found = entries.aggregate(new Totals(0, 0, 0), Totals::with, Totals::with);
      totals = totals.with(found);
      folders = found.folders;
      int tasks = (int) Math.min(1 + folders / FOLDERS_PER_TASK, 8L * spark.defaultParallelism());
      // By name, not by turns: a lost task must find the same folders again.
      level =
          entries
              .filter(entry -> entry.kind == Kind.FOLDER)
              .mapToPair(entry -> new Tuple2<>(entry.path, entry))
              .partitionBy(new HashPartitioner(Math.max(1, tasks)))
              .values();
    }
    JavaRDD<Entry> all = levels.get(0);
    for (JavaRDD<Entry> more : levels.subList(1, levels.size())) {
      all = all.union(more);
    }
    files = all.filter(entry -> entry.kind == Kind.FILE || entry.kind == Kind.FAILURE);
  }

  /** Returns the files that are wanted, and the folders that can't be listed. */
  public JavaRDD<Entry> files() {
    return files;
  }

  /** Returns how many there are of them. */
  public long count() {
    return totals.files;
  }

  /** Returns how many other files there are. */
  public long others() {
    return totals.others;
  }

  private static Iterator<Entry> entries(
      Entry folder, Broadcast<SerializableConfiguration> hadoop, String excluded, Wanted wanted) {
    Path path = new Path(folder.path);
    try {
      FileSystem system = Store.of(path, hadoop.value().value());
      if (Store.leadsBack(system, path)) {
        throw new InvalidInputException(
            Store.name(path), "a file or folder", "a link that leads back");
      }
      return new Entries(folder, system.listStatusIterator(path), excluded, wanted);
    } catch (IOException e) {
      return List.of(failure(folder, e)).iterator();
    }
  }

  private static Entry failure(Entry folder, IOException failure) {
    String message =
        failure instanceof InvalidInputException
            ? String.valueOf(failure.getMessage())
            : Store.name(new Path(folder.path))
                + ": expected a folder that can be listed, received "
                + Reason.of(failure);
    return new Entry(Kind.FAILURE, folder.path, folder.relative, 0, message);
  }

  /** The entries of one folder, as they arrive. */
  private static final class Entries implements Iterator<Entry> {
    private final Entry folder;
    private final RemoteIterator<FileStatus> statuses;
    private final String excluded;
    private final Wanted wanted;
    private @Nullable Entry next;
    private boolean ended;

    Entries(Entry folder, RemoteIterator<FileStatus> statuses, String excluded, Wanted wanted) {
      this.folder = folder;
      this.statuses = statuses;
      this.excluded = excluded;
      this.wanted = wanted;
    }

    @Override
    public boolean hasNext() {
      try {
        while (next == null && !ended) {
          if (!statuses.hasNext()) {
            ended = true;
          } else {
            next = entry(statuses.next());
          }
        }
      } catch (IOException e) {
        ended = true;
        next = failure(folder, e);
      }
      return next != null;
    }

    private @Nullable Entry entry(FileStatus status) {
      String name = status.getPath().getName();
      String path = status.getPath().toString();
      // Of folders, bin/runtime upscale looks into hidden ones too.
      boolean isIgnored = name.startsWith(".") && (!status.isDirectory() || name.equals(TEMPORARY));
      if (isIgnored || path.equals(excluded)) {
        return null;
      }
      String relative = folder.relative.isEmpty() ? name : folder.relative + "/" + name;
      Kind kind = status.isDirectory() ? Kind.FOLDER : wanted.test(name) ? Kind.FILE : Kind.OTHER;
      return new Entry(kind, path, relative, status.getLen(), null);
    }

    @Override
    public Entry next() {
      Entry entry = hasNext() ? next : null;
      if (entry == null) {
        throw new NoSuchElementException();
      }
      next = null;
      return entry;
    }
  }

  @Override
  public void close() {
    levels.forEach(level -> level.unpersist(false));
  }
}
