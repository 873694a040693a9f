package io.subpixel.runtime.spark.internal;

import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.runtime.batch.internal.Rebuilt;
import io.subpixel.runtime.spark.PictureOptions;
import io.subpixel.zoo.degradation.Degradation;
import java.io.IOException;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/** Measures a model on a folder of HR pictures, into a Parquet table of a row for each. */
public final class EvaluationJob {
  /** Tasks for each core, so that none waits long for the last ones. */
  private static final int TASKS_PER_CORE = 8;

  private static final StructType SCHEMA =
      new StructType()
          .add("picture", StringType)
          .add("width", IntegerType)
          .add("height", IntegerType)
          .add("psnr", DoubleType)
          .add("ssim", DoubleType)
          .add("bicubic_psnr", DoubleType)
          .add("bicubic_ssim", DoubleType)
          .add("bilinear_psnr", DoubleType)
          .add("bilinear_ssim", DoubleType)
          .add("error", StringType);

  private final SparkSession session;
  private final Path input;
  private final Path output;

  /** Creates a job of a folder of pictures and that of the table, which must not be there. */
  public EvaluationJob(SparkSession session, Path input, Path output) {
    this.session = session;
    this.input = input;
    this.output = output;
  }

  /**
   * The table in short.
   *
   * @param pictures those that were measured
   * @param failures those that couldn't be
   * @param mean of the figures of the pictures; NaN if there are none
   */
  public record Summary(long pictures, long failures, Rebuilt.Figures mean) {}

  /**
   * Measures all pictures.
   *
   * @throws InvalidInputException if there are no pictures, a folder can't be listed, or the table
   *     is there
   */
  public Summary run(PictureOptions options, ModelFile model, Degradation degradation)
      throws IOException {
    JavaSparkContext spark = new JavaSparkContext(session.sparkContext());
    Broadcast<SerializableConfiguration> hadoop =
        spark.broadcast(new SerializableConfiguration(spark.hadoopConfiguration()));
    if (Store.of(output, spark.hadoopConfiguration()).exists(output)) {
      throw new InvalidInputException(
          Store.name(output), "a new folder for the table", "one that is there");
    }
    try (FolderListing listing =
        new FolderListing(spark, hadoop, input, output, name -> Names.format(name).isPresent())) {
      long pictures = Listings.require(listing, input);
      int tasks = (int) Math.min(pictures, (long) TASKS_PER_CORE * spark.defaultParallelism());
      spark.setJobDescription("Evaluate on " + pictures + " images");
      JavaRDD<Row> rows =
          SortedFiles.of(listing, tasks)
              .map(new EvaluationTask(hadoop, spark.broadcast(model), options, degradation));
      session.createDataFrame(rows, SCHEMA).write().parquet(output.toString());
    }
    return summary(session.read().schema(SCHEMA).parquet(output.toString()));
  }

  /** Infinite figures count, as in the command. */
  private static Summary summary(Dataset<Row> table) {
    Row row =
        table
            .agg(
                count(col("psnr")),
                count(col("error")),
                avg("psnr"),
                avg("ssim"),
                avg("bicubic_psnr"),
                avg("bicubic_ssim"),
                avg("bilinear_psnr"),
                avg("bilinear_ssim"))
            .first();
    return new Summary(
        row.getLong(0),
        row.getLong(1),
        new Rebuilt.Figures(
            mean(row, 2), mean(row, 3), mean(row, 4), mean(row, 5), mean(row, 6), mean(row, 7)));
  }

  private static double mean(Row row, int column) {
    return row.isNullAt(column) ? Double.NaN : row.getDouble(column);
  }

  /** The errors of a table, as many as are asked for. */
  public Dataset<Row> errors(int most) {
    return session
        .read()
        .schema(SCHEMA)
        .parquet(output.toString())
        .filter(col("error").isNotNull())
        .select("error")
        .orderBy("error")
        .limit(most);
  }
}
