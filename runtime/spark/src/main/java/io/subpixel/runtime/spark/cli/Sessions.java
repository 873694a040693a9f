package io.subpixel.runtime.spark.cli;

import io.subpixel.commands.Terminal;
import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.UnavailableException;
import io.subpixel.pictures.internal.Reason;
import java.io.IOException;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkException;
import org.apache.spark.sql.SparkSession;

/** Opens Spark for a command: as spark-submit says, or else on all cores of this machine. */
final class Sessions {
  private Sessions() {}

  /** What a command does with Spark. */
  @FunctionalInterface
  interface Work<T> {
    T with(SparkSession spark) throws IOException;
  }

  /**
   * Opens Spark, works and closes it.
   *
   * @param name the application's
   * @throws InvalidInputException in one line, if Spark ends the job
   * @throws UnavailableException if the cluster can't be reached or lacks something
   */
  static <T> T run(String name, Work<T> work) throws IOException {
    SparkConf conf = new SparkConf();
    if (!conf.contains("spark.master")) {
      conf.setMaster("local[*]");
      conf.setIfMissing("spark.ui.enabled", "false");
      conf.setIfMissing("spark.ui.showConsoleProgress", Boolean.toString(Terminal.showsErrors()));
      conf.setIfMissing("spark.driver.host", "localhost");
      conf.setIfMissing("spark.driver.bindAddress", "127.0.0.1");
    }
    conf.setIfMissing("spark.app.name", name);
    // Without a UTF-8 locale, Java 17 can't take the names of many files.
    conf.setIfMissing("spark.executorEnv.LC_ALL", "C.UTF-8");
    try (SparkSession spark = SparkSession.builder().config(conf).getOrCreate()) {
      return run(spark, work);
    }
  }

  private static <T> T run(SparkSession spark, Work<T> work) throws IOException {
    try {
      return work.with(spark);
    } catch (Exception e) {
      if (spark.sparkContext().isStopped()) {
        throw new UnavailableException(
            "Spark: expected a cluster that runs the job, received one that can't be reached, or"
                + " whose executors don't start: its log says why",
            e);
      } else if (e instanceof IOException
          || e instanceof IllegalArgumentException
          || e instanceof UnavailableException) {
        throw e;
      }
      throw explained(e);
    }
  }

  /** Returns what an executor said, or else what Spark says, without its stack traces. */
  private static IOException explained(Exception failure) throws IOException {
    Throwable root = failure;
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (at instanceof UnavailableException e) {
        throw e;
      } else if (at instanceof InvalidInputException e) {
        return e;
      }
      root = at;
    }
    boolean isSparks = failure instanceof SparkException || root instanceof SparkException;
    if (!isSparks && !(root instanceof IOException) && failure instanceof RuntimeException e) {
      throw e;
    }
    String said = root instanceof IOException ? Reason.of(root) : String.valueOf(root.getMessage());
    return new InvalidInputException(
        "Spark", "a job that ends", said.lines().findFirst().orElse("a failure"), failure);
  }
}
