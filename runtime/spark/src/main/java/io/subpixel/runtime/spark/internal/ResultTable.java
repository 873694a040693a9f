package io.subpixel.runtime.spark.internal;

import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import io.subpixel.pictures.UnavailableException;
import io.subpixel.runtime.ModelException;
import io.subpixel.runtime.batch.Outcome;
import io.subpixel.runtime.spark.Status;
import java.util.OptionalDouble;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** The rows of the result table: one for each picture. */
final class ResultTable {
  static final StructType SCHEMA =
      new StructType()
          .add("status", StringType)
          .add("input", StringType)
          .add("page", IntegerType)
          .add("output", StringType)
          .add("width", IntegerType)
          .add("height", IntegerType)
          .add("output_width", IntegerType)
          .add("output_height", IntegerType)
          .add("input_bytes", LongType)
          .add("output_bytes", LongType)
          .add("milliseconds", DoubleType)
          .add("model", StringType)
          .add("strength", DoubleType)
          .add("error", StringType);

  private ResultTable() {}

  /** A picture that this attempt has written. */
  static Row written(Planned picture, Path output, Outcome.Done done, long bytes) {
    OptionalDouble strength = done.chosen().upscaler().strength();
    return RowFactory.create(
        Status.WRITTEN.toString(),
        Store.name(new Path(picture.input())),
        page(picture),
        Store.name(output),
        done.lr().width(),
        done.lr().height(),
        done.sr().width(),
        done.sr().height(),
        picture.bytes(),
        bytes,
        done.total().toNanos() / 1e6,
        done.chosen().upscaler().traits().name(),
        strength.isPresent() ? strength.getAsDouble() : null,
        null);
  }

  /** A picture that an earlier attempt of the job has written, which can't tell of it any more. */
  static Row writtenBefore(Planned picture, Path output) {
    return row(picture, Status.WRITTEN, output, null, null);
  }

  /** A picture whose state was known when the job was planned. */
  static Row known(Planned picture, String folder) {
    Path output = new Path(folder + "/" + picture.output());
    return row(
        picture,
        picture.status() == null ? Status.BUG : picture.status(),
        picture.status() == Status.EXISTING ? output : null,
        null,
        picture.error());
  }

  static Row failed(Planned picture, Path output, Outcome.Failed failed) {
    Throwable cause = failed.cause();
    Status status =
        cause instanceof UnavailableException
            ? Status.UNAVAILABLE
            : cause instanceof RuntimeException && !(cause instanceof ModelException)
                ? Status.BUG
                : Status.FAILED;
    return row(picture, status, output, null, failed.message());
  }

  static Row failed(Planned picture, Path output, String message, double milliseconds) {
    return row(picture, Status.FAILED, output, milliseconds, message);
  }

  private static Row row(
      Planned picture,
      Status status,
      @Nullable Path output,
      @Nullable Double milliseconds,
      @Nullable String error) {
    return RowFactory.create(
        status.toString(),
        Store.name(new Path(picture.input())),
        page(picture),
        output == null ? null : Store.name(output),
        known(picture.width()),
        known(picture.height()),
        known(picture.srWidth()),
        known(picture.srHeight()),
        picture.bytes(),
        null,
        milliseconds,
        null,
        null,
        error);
  }

  private static @Nullable Integer page(Planned picture) {
    return known(picture.page());
  }

  private static @Nullable Integer known(int number) {
    return number == 0 ? null : number;
  }
}
