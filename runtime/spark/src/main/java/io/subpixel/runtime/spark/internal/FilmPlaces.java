package io.subpixel.runtime.spark.internal;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.UnavailableException;
import io.subpixel.pictures.internal.Reason;
import java.io.IOException;
import java.io.Serializable;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Where a film lies, and what is made of it.
 *
 * @param input the film's path
 * @param output the result's
 * @param parts how many there are
 */
record FilmPlaces(String input, String output, int parts) implements Serializable {
  Path film() {
    return new Path(input);
  }

  Path result() {
    return new Path(output);
  }

  /** The folder of plan and parts, beside the result until it is there. */
  Path folder() {
    return folder(result());
  }

  static Path folder(Path result) {
    return result.suffix(".parts");
  }

  Path part(int number) {
    return new Path(folder(), number + "-of-" + parts + ".part");
  }

  /**
   * Opens a file of the folder, or the result, which appears when it is committed.
   *
   * @param attempt tells it from other attempts at the same file
   */
  OutputFile create(Path file, Configuration hadoop, long attempt) throws IOException {
    FileSystem system = Store.of(file, hadoop);
    return new OutputFile(
        system, file, new Path(folder(), "." + file.getName() + "." + attempt + ".unfinished"));
  }

  /**
   * Returns what was wrong with the film, by its own names instead of those on an executor's disk.
   *
   * @throws UnavailableException if that disk is full: another machine may have room
   */
  String inWords(
      InvalidInputException failure, java.nio.file.Path film, java.nio.file.Path scratch) {
    String message = String.valueOf(failure.getMessage());
    if (failure.getCause() != null && Reason.ofDisk(failure.getCause()).isPresent()) {
      throw new UnavailableException(message, failure);
    }
    return message
        .replace(film.toString(), Store.name(film()))
        .replace(scratch.toString(), Store.name(folder()));
  }
}
