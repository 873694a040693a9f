package io.subpixel.runtime.spark;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.runtime.UpscaleOptions;
import io.subpixel.runtime.Upscaler;
import io.subpixel.runtime.testing.Pictures;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Columns of pictures, from Java and SQL. */
class SubpixelFunctionsTest {
  private static final Map<String, String> OPTIONS = Map.of("model", "sesr-tiny-x2");

  private static SparkSession spark;
  private static byte[] expected;
  private static Dataset<Row> pictures;

  @BeforeAll
  static void start() throws IOException {
    spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "localhost")
            .getOrCreate();
    byte[] picture = PictureFiles.png(Pictures.random(40, 30, 3, 1));
    try (Upscaler upscaler = Upscaler.builder().model("sesr-tiny-x2").open()) {
      expected = upscaler.upscale(picture, UpscaleOptions.DEFAULTS);
    }
    pictures =
        spark.createDataFrame(
            List.of(
                RowFactory.create(1, picture),
                RowFactory.create(2, "none".getBytes(StandardCharsets.UTF_8)),
                RowFactory.create(3, null)),
            new StructType().add("id", DataTypes.IntegerType).add("content", DataTypes.BinaryType));
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static List<Row> sorted(Dataset<Row> rows) {
    return rows.repartition(3).orderBy("id").collectAsList();
  }

  @Test
  void aColumnIsUpscaled() {
    List<Row> rows =
        sorted(pictures.withColumn("large", SubpixelFunctions.upscale(col("content"), OPTIONS)));
    assertThat((byte[]) rows.get(0).get(2)).isEqualTo(expected);
    assertThat(rows.get(1).get(2)).isNull();
    assertThat(rows.get(2).get(2)).isNull();
  }

  @Test
  void outcomesSayWhy() {
    List<Row> rows =
        sorted(
            pictures
                .withColumn("o", SubpixelFunctions.upscaleOutcome(col("content"), OPTIONS))
                .select("id", "o.*"));
    assertThat((byte[]) rows.get(0).get(1)).isEqualTo(expected);
    assertThat(rows.get(0).getInt(2)).isEqualTo(80);
    assertThat(rows.get(0).getInt(3)).isEqualTo(60);
    assertThat(rows.get(0).getString(4)).isEqualTo("sesr-tiny-x2");
    assertThat(rows.get(0).isNullAt(6)).isTrue();
    assertThat(rows.get(1).getString(6))
        .startsWith("picture: expected an image (")
        .endsWith("received something else (4 bytes)");
    assertThat(rows.get(2).isNullAt(6)).isTrue();
  }

  @Test
  void sqlDoesTheSame() {
    SubpixelFunctions.register(spark);
    pictures.createOrReplaceTempView("pictures");
    List<Row> rows =
        spark
            .sql(
                "select id, subpixel_upscale(content, map('model', 'sesr-tiny-x2')) large,"
                    + " subpixel_upscale_outcome(content, map('model', 'sesr-tiny-x2')).error e"
                    + " from pictures order by id")
            .collectAsList();
    assertThat((byte[]) rows.get(0).get(1)).isEqualTo(expected);
    assertThat(rows.get(0).isNullAt(2)).isTrue();
    assertThat(rows.get(1).isNullAt(1)).isTrue();
    assertThat(rows.get(1).getString(2)).contains("received something else");
  }

  @Test
  void wrongOptionsShowAtOnce() {
    assertThatThrownBy(() -> SubpixelFunctions.upscale(col("content"), Map.of("size", "2")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("size: expected one of scale, model, ")
        .hasMessageEndingWith(", received another name");
    assertThatThrownBy(() -> SubpixelFunctions.upscale(col("content"), Map.of("scale", "1")))
        .hasMessage("scale: expected above 1, at most 16, received 1");
    assertThatThrownBy(() -> SubpixelFunctions.upscale(col("content"), Map.of("model", "none")))
        .hasMessageStartingWith("model: expected one of [")
        .hasMessageEndingWith("received none");
  }
}
