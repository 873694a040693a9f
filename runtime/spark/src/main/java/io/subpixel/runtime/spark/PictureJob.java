package io.subpixel.runtime.spark;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.UnavailableException;
import io.subpixel.runtime.spark.internal.UpscaleStages;
import java.io.IOException;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/**
 * Upscales a folder of pictures, and its subfolders, on a cluster. Immutable.
 *
 * <p>Each output appears whole or not at all. Outputs that are there already stay as they are, so
 * the same job again does what is missing. One job at a time may write to a folder.
 *
 * <pre>{@code
 * PictureJob.Summary summary =
 *     new PictureJob("s3a://photos/in", "s3a://photos/large", PictureOptions.DEFAULTS).run(spark);
 * }</pre>
 *
 * @param input a folder in any file system that Hadoop knows
 * @param output the folder for results, which is created
 * @param options how pictures are upscaled
 * @param table the folder for result tables; empty for {@code _results} in the output
 */
public record PictureJob(
    String input, String output, PictureOptions options, Optional<String> table) {
  /** A job whose result tables are in its output. */
  public PictureJob(String input, String output, PictureOptions options) {
    this(input, output, options, Optional.empty());
  }

  /**
   * What a job did.
   *
   * @param table the folder of its result table, as Parquet
   * @param written pictures that it has upscaled
   * @param existing pictures whose outputs were there before
   * @param failed pictures that can't be upscaled
   * @param unavailable pictures for which an executor lacked something, such as memory
   * @param bugs pictures at which Subpixel failed
   * @param others files that aren't pictures by name
   */
  public record Summary(
      String table,
      long written,
      long existing,
      long failed,
      long unavailable,
      long bugs,
      long others) {}

  /**
   * Runs the job. Pictures that can't be upscaled don't end it: its table tells of them.
   *
   * @throws IllegalArgumentException if two pictures would become one file, or one of the folders
   *     lies in the other; the message begins with {@code output:} or the name of an option
   * @throws InvalidInputException if there are no pictures, or the model can't be used
   * @throws UnavailableException if the cluster lacks something, such as memory
   * @throws IOException if a file system fails
   */
  public Summary run(SparkSession spark) throws IOException {
    return new UpscaleStages(spark, this).run();
  }
}
