package io.subpixel.runtime.spark;

import static org.apache.spark.sql.types.DataTypes.BinaryType;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.runtime.spark.internal.ColumnUpscale;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.functions;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Functions on columns of picture files, such as {@code content} of Spark's source {@code
 * binaryFile}. Options are those of {@link PictureOptions}.
 *
 * <pre>{@code
 * Dataset<Row> large =
 *     spark.read().format("binaryFile").load("photos")
 *         .withColumn("large", SubpixelFunctions.upscale(col("content"), Map.of("scale", "2")));
 * }</pre>
 */
public final class SubpixelFunctions {
  private static final String UPSCALE = "subpixel_upscale";
  private static final String OUTCOME = "subpixel_upscale_outcome";

  private static final Map<Map<String, String>, ColumnUpscale> KNOWN = new ConcurrentHashMap<>();

  private SubpixelFunctions() {}

  /**
   * Upscales a column. The results have the formats of the pictures, or PNG if those can't be
   * written. A picture that can't be upscaled becomes null, as null does.
   *
   * @param picture a binary column
   * @return a binary column
   * @throws IllegalArgumentException if an option is unknown or out of its range
   * @throws UncheckedIOException if the model can't be read
   */
  public static Column upscale(Column picture, Map<String, String> options) {
    ColumnUpscale upscale = columnUpscale(PictureOptions.of(options));
    UDF1<byte[], byte[]> function = upscale::picture;
    return functions.udf(function, BinaryType).asNondeterministic().apply(picture);
  }

  /**
   * Upscales a column, and tells why where it can't.
   *
   * @param picture a binary column
   * @return a column of structs: {@code picture}, {@code width}, {@code height}, {@code model},
   *     {@code milliseconds}, and {@code error}, which is null unless the others are
   * @throws IllegalArgumentException as above
   * @throws UncheckedIOException as above
   */
  public static Column upscaleOutcome(Column picture, Map<String, String> options) {
    ColumnUpscale upscale = columnUpscale(PictureOptions.of(options));
    UDF1<byte[], Object> function = upscale::outcome;
    return functions.udf(function, ColumnUpscale.OUTCOME).asNondeterministic().apply(picture);
  }

  /**
   * Registers both for SQL, as {@code subpixel_upscale} and {@code subpixel_upscale_outcome}, whose
   * arguments are a picture and a map of options.
   */
  public static void register(SparkSession spark) {
    UDF2<byte[], scala.collection.Map<String, String>, byte[]> upscale =
        (picture, options) -> columnUpscale(options).picture(picture);
    UDF2<byte[], scala.collection.Map<String, String>, Object> outcome =
        (picture, options) -> columnUpscale(options).outcome(picture);
    spark.udf().register(UPSCALE, functions.udf(upscale, BinaryType).asNondeterministic());
    spark
        .udf()
        .register(OUTCOME, functions.udf(outcome, ColumnUpscale.OUTCOME).asNondeterministic());
  }

  /** Each row has options of its own, which hardly ever differ. */
  private static ColumnUpscale columnUpscale(scala.collection.Map<String, String> options) {
    return KNOWN.computeIfAbsent(
        Map.copyOf(CollectionConverters.asJava(options)),
        values -> columnUpscale(PictureOptions.of(values)));
  }

  private static ColumnUpscale columnUpscale(PictureOptions options) {
    try {
      return ColumnUpscale.of(options);
    } catch (InvalidInputException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
