package io.subpixel.runtime.spark.internal;

import static org.apache.spark.sql.functions.col;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.runtime.Device;
import io.subpixel.runtime.TargetSize;
import io.subpixel.runtime.Upscaler;
import io.subpixel.runtime.spark.PictureJob;
import io.subpixel.runtime.spark.PictureOptions;
import io.subpixel.runtime.spark.Status;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import org.jspecify.annotations.Nullable;
import scala.Tuple2;

/**
 * The stages of a job: list the folders, join inputs with outputs that are there, read headers,
 * pack pictures by cost, upscale them. The driver holds sums alone.
 */
public final class UpscaleStages {
  private static final String RESULTS = "_results";
  private static final String RUN = "run=";

  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'.'SSS'Z'").withZone(ZoneOffset.UTC);

  private static final int HEADERS_PER_TASK = 2000;

  private final SparkSession session;
  private final JavaSparkContext spark;
  private final PictureJob job;
  private final Configuration hadoop;

  /** Prepares a job. */
  public UpscaleStages(SparkSession session, PictureJob job) {
    this.session = session;
    this.job = job;
    spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    hadoop = spark.hadoopConfiguration();
  }

  private record Totals(long open, long known, long pages, double cost, @Nullable String conflict)
      implements Serializable {
    Totals with(Planned picture) {
      boolean isOpen = picture.isOpen();
      boolean isConflict = picture.page() < 0;
      return new Totals(
          open + (isOpen ? 1 : 0),
          known + (isOpen ? 0 : 1),
          pages + (picture.page() > 0 ? 1 : 0),
          cost + (isOpen ? picture.cost() : 0),
          conflict == null && isConflict ? picture.error() : conflict);
    }

    Totals with(Totals more) {
      return new Totals(
          open + more.open,
          known + more.known,
          pages + more.pages,
          cost + more.cost,
          conflict == null ? more.conflict : conflict);
    }
  }

  /** Runs it, as {@link PictureJob#run} says. */
  public PictureJob.Summary run() throws IOException {
    NativeMemory.require(spark.getConf(), job.options());
    Path input = Store.qualified(job.input(), hadoop);
    Path output = Store.qualified(job.output(), hadoop);
    requireFolders(input, output);
    ModelFile model = ModelFile.read(job.options(), hadoop);
    Cost cost = cost(model);

    Broadcast<SerializableConfiguration> configuration =
        spark.broadcast(new SerializableConfiguration(hadoop));
    FileSystem outputs = Store.of(output, hadoop);
    Path temporary = new Path(output, FolderListing.TEMPORARY);
    outputs.delete(temporary, true);
    Path tables =
        job.table().isPresent()
            ? Store.qualified(job.table().get(), hadoop)
            : new Path(output, RESULTS);
    dropUnfinished(tables);
    try (FolderListing inputs =
            new FolderListing(
                spark,
                configuration,
                input,
                asBelow(input, output),
                name -> Names.format(name).isPresent());
        FolderListing there = existing(outputs, output, configuration)) {
      if (inputs.count() == 0) {
        throw new InvalidInputException(
            Store.name(input),
            "a folder of images",
            inputs.others() == 0 ? "none in it" : "none in it, but " + inputs.others() + " others");
      }
      Path table = new Path(tables, RUN + STAMP.format(Instant.now()));
      // Kept outside of the executors: computed again after one is lost, the plan would find the
      // outputs written meanwhile, pack the rest differently, and miss pictures.
      String plan = new Path(temporary, "plan").toString();
      planned(inputs, there, new Headers(configuration, job.options(), cost, output.toString()))
          .saveAsObjectFile(plan);
      upscale(
          spark.objectFile(plan),
          new UpscaleTask(
              configuration,
              spark.broadcast(model),
              job.options(),
              output.toString(),
              new Path(temporary, spark.sc().applicationId()).toString()),
          table);
      return summary(table, inputs.others());
    } finally {
      outputs.delete(temporary, true);
    }
  }

  private void requireFolders(Path input, Path output) throws IOException {
    try {
      if (!Store.of(input, hadoop).getFileStatus(input).isDirectory()) {
        throw new InvalidInputException(Store.name(input), "a folder of images", "a file");
      }
    } catch (FileNotFoundException e) {
      throw new InvalidInputException(Store.name(input), "a folder of images", "no such folder", e);
    }
    FileSystem outputs = Store.of(output, hadoop);
    if (outputs.exists(output) && !outputs.getFileStatus(output).isDirectory()) {
      throw new IllegalArgumentException(
          "output: expected a folder, received the file " + Store.name(output));
    }
    if (Store.isWithin(Store.identity(input, hadoop), Store.identity(output, hadoop))) {
      throw new IllegalArgumentException(
          "output: expected a folder that the input isn't in, received " + Store.name(output));
    }
  }

  /** Returns the output as a listing of the input names it, whatever links lead to both. */
  private Path asBelow(Path input, Path output) throws IOException {
    Path folder = Store.identity(input, hadoop);
    Path inside = Store.identity(output, hadoop);
    return Store.isWithin(inside, folder)
        ? new Path(input + inside.toString().substring(folder.toString().length()))
        : output;
  }

  /** Opens the model here, so that what is wrong with it shows at once and once. */
  private Cost cost(ModelFile model) throws IOException {
    PictureOptions options = job.options();
    try (Upscaler upscaler = model.builder(options).device(Device.CPU).threads(1).open()) {
      if (upscaler.traits().scale() == 1 && !(options.target() instanceof TargetSize.OfModel)) {
        throw new IllegalArgumentException(
            "scale: expected a model that enlarges, received " + upscaler.traits().name());
      }
      return Cost.of(upscaler, options);
    }
  }

  /** Removes the tables of jobs whose driver was killed before they were complete. */
  private void dropUnfinished(Path tables) throws IOException {
    FileSystem system = Store.of(tables, hadoop);
    if (!system.exists(tables)) {
      return;
    }
    for (FileStatus each : system.listStatus(tables)) {
      Path run = each.getPath();
      if (run.getName().startsWith(RUN) && !system.exists(new Path(run, "_SUCCESS"))) {
        system.delete(run, true);
      }
    }
  }

  private FolderListing existing(
      FileSystem outputs, Path output, Broadcast<SerializableConfiguration> configuration)
      throws IOException {
    outputs.mkdirs(output);
    return new FolderListing(
        spark,
        configuration,
        output,
        new Path(output, RESULTS),
        name -> Names.format(name).isPresent());
  }

  private JavaRDD<Planned> planned(FolderListing inputs, FolderListing there, Headers headers) {
    PictureOptions options = job.options();
    int slots = spark.defaultParallelism();
    long tasks = Math.min(inputs.count(), Math.max(4L * slots, inputs.count() / HEADERS_PER_TASK));
    JavaPairRDD<String, FolderListing.Entry> files =
        inputs.files().mapToPair(file -> new Tuple2<>(key(file, options), file));
    JavaPairRDD<String, Boolean> outputs =
        there.files().mapToPair(file -> new Tuple2<>(file.relative(), true));
    return files
        .cogroup(outputs, new HashPartitioner((int) tasks))
        .flatMap(group -> planned(group._1, group._2._1, group._2._2, headers, options));
  }

  /** Returns the output's path, or what no path is for a folder that can't be listed. */
  private static String key(FolderListing.Entry file, PictureOptions options) {
    return file.kind() == FolderListing.Kind.FAILURE
        ? "//" + file.relative()
        : Names.output(file.relative(), options.format());
  }

  private static Iterator<Planned> planned(
      String output,
      Iterable<FolderListing.Entry> files,
      Iterable<Boolean> there,
      Headers headers,
      PictureOptions options) {
    List<Planned> planned = new ArrayList<>();
    FolderListing.Entry first = null;
    for (FolderListing.Entry file : files) {
      if (first != null) {
        planned.add(
            Planned.conflict(
                file,
                "output: "
                    + Store.name(new Path(first.path()))
                    + " and "
                    + Store.name(new Path(file.path()))
                    + " would both become "
                    + output));
      } else if (file.failure() != null) {
        planned.add(Planned.failure(file, file.failure()));
      } else if (there.iterator().hasNext()) {
        planned.add(
            Headers.existing(file, output, Names.written(file.relative(), options.format()), 0));
      } else {
        planned.addAll(headers.plan(file, output));
      }
      first = file;
    }
    return planned.iterator();
  }

  private void upscale(JavaRDD<Planned> planned, UpscaleTask task, Path table) {
    Totals totals = planned.aggregate(new Totals(0, 0, 0, 0, null), Totals::with, Totals::with);
    String conflict = totals.conflict;
    if (conflict == null && totals.pages > 0) {
      conflict = conflictOfPages(planned);
    }
    if (conflict != null) {
      throw new IllegalArgumentException(conflict);
    }
    String folder = task.output();
    JavaRDD<Row> rows = spark.emptyRDD();
    if (totals.open > 0) {
      rows =
          Packing.pack(
                  planned.filter(Planned::isOpen),
                  totals.open,
                  totals.cost,
                  spark.defaultParallelism())
              .mapPartitions(task);
    }
    if (totals.known > 0) {
      int parts = (int) (1 + totals.known / 1_000_000);
      rows =
          rows.union(
              planned
                  .filter(picture -> !picture.isOpen())
                  .map(picture -> ResultTable.known(picture, folder))
                  .coalesce(parts));
    }
    session.createDataFrame(rows, ResultTable.SCHEMA).write().parquet(table.toString());
  }

  /** Pages get names that other files may have; returns what is wrong then. */
  private static @Nullable String conflictOfPages(JavaRDD<Planned> planned) {
    List<Tuple2<String, Integer>> twice =
        planned
            .mapToPair(picture -> new Tuple2<>(picture.output(), 1))
            .reduceByKey(Integer::sum)
            .filter(output -> output._2 > 1)
            .take(1);
    return twice.isEmpty()
        ? null
        : "output: " + twice.get(0)._2 + " pictures would become " + twice.get(0)._1;
  }

  private PictureJob.Summary summary(Path table, long others) {
    Map<String, Long> counts = new HashMap<>();
    for (Row row :
        session.read().parquet(table.toString()).groupBy(col("status")).count().collectAsList()) {
      counts.put(row.getString(0), row.getLong(1));
    }
    return new PictureJob.Summary(
        Store.name(table),
        counts.getOrDefault(Status.WRITTEN.toString(), 0L),
        counts.getOrDefault(Status.EXISTING.toString(), 0L),
        counts.getOrDefault(Status.FAILED.toString(), 0L),
        counts.getOrDefault(Status.UNAVAILABLE.toString(), 0L),
        counts.getOrDefault(Status.BUG.toString(), 0L),
        others);
  }
}
