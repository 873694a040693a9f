package io.subpixel.runtime.spark.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.pictures.codec.PictureFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Partitions of about equal cost. */
class PackingTest {
  private static JavaSparkContext spark;

  @BeforeAll
  static void start() {
    spark =
        JavaSparkContext.fromSparkContext(
            SparkSession.builder()
                .master("local[2]")
                .config("spark.ui.enabled", "false")
                .config("spark.driver.host", "localhost")
                .getOrCreate()
                .sparkContext());
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static Planned picture(int number, double cost) {
    return new Planned(
        "in/" + number, "out/" + number, PictureFormat.PNG, 0, 1, 1, 1, 2, 2, 1, cost, null, null);
  }

  private static List<List<Planned>> packed(List<Planned> pictures, int slots) {
    double cost = pictures.stream().mapToDouble(Planned::cost).sum();
    JavaPairRDD<Integer, Planned> packed =
        Packing.pack(spark.parallelize(pictures, 5), pictures.size(), cost, slots);
    return packed.values().glom().collect();
  }

  @Test
  void partitionsCostAboutTheSame() {
    Random random = new Random(3);
    List<Planned> pictures = new ArrayList<>();
    for (int i = 0; i < 5000; i++) {
      pictures.add(picture(i, Math.exp(2 * random.nextGaussian())));
    }
    List<List<Planned>> packed = packed(pictures, 4);
    assertThat(packed.stream().flatMap(List::stream)).containsExactlyInAnyOrderElementsOf(pictures);
    double share = pictures.stream().mapToDouble(Planned::cost).sum() / (4 * 32);
    assertThat(packed).hasSizeBetween(80, 130);
    double last = Double.POSITIVE_INFINITY;
    for (List<Planned> partition : packed) {
      double cost = partition.stream().mapToDouble(Planned::cost).sum();
      double most = partition.stream().mapToDouble(Planned::cost).max().orElse(0);
      // Larger ones alone, others together.
      assertThat(cost).isLessThanOrEqualTo(Math.max(2 * share, most + share));
      assertThat(most).isLessThanOrEqualTo(last);
      last = partition.stream().mapToDouble(Planned::cost).min().orElse(last);
    }
  }

  @Test
  void manySmallPicturesDontShareOneTask() {
    List<Planned> pictures = new ArrayList<>();
    pictures.add(picture(0, 1e9));
    for (int i = 1; i < 3000; i++) {
      pictures.add(picture(i, 1));
    }
    List<List<Planned>> packed = packed(pictures, 1);
    assertThat(packed.get(0)).hasSize(1);
    assertThat(packed).allMatch(partition -> partition.size() <= 1001);
  }

  @Test
  void onePictureIsOnePartition() {
    assertThat(packed(List.of(picture(0, 5)), 8)).hasSize(1);
  }
}
