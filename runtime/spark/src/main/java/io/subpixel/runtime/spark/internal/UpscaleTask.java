package io.subpixel.runtime.spark.internal;

import io.subpixel.pictures.codec.PictureSource;
import io.subpixel.pictures.internal.Reason;
import io.subpixel.runtime.PictureInput;
import io.subpixel.runtime.batch.Batch;
import io.subpixel.runtime.batch.BatchInput;
import io.subpixel.runtime.batch.BatchOptions;
import io.subpixel.runtime.batch.BatchPlan;
import io.subpixel.runtime.batch.Outcome;
import io.subpixel.runtime.spark.PictureOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.util.SerializableConfiguration;
import scala.Tuple2;

/** Upscales the pictures of a partition, one after another, and tells what became of each. */
final class UpscaleTask implements FlatMapFunction<Iterator<Tuple2<Integer, Planned>>, Row> {
  private static final long serialVersionUID = 1L;

  private final Broadcast<SerializableConfiguration> hadoop;
  private final Broadcast<ModelFile> model;
  private final PictureOptions options;
  private final String output;
  private final String temporary;

  /**
   * @param output the output folder
   * @param temporary a folder for files that aren't complete
   */
  UpscaleTask(
      Broadcast<SerializableConfiguration> hadoop,
      Broadcast<ModelFile> model,
      PictureOptions options,
      String output,
      String temporary) {
    this.hadoop = hadoop;
    this.model = model;
    this.options = options;
    this.output = output;
    this.temporary = temporary;
  }

  String output() {
    return output;
  }

  @Override
  public Iterator<Row> call(Iterator<Tuple2<Integer, Planned>> partition) throws IOException {
    List<Planned> pictures = new ArrayList<>();
    partition.forEachRemaining(each -> pictures.add(each._2));
    pictures.sort(Comparator.comparing(Planned::order));
    if (pictures.isEmpty()) {
      return List.<Row>of().iterator();
    }
    TaskContext context = TaskContext.get();
    Batch batch =
        new Batch(
            Executors.upscaler(options, model.value()),
            BatchOptions.DEFAULTS.withUpscale(
                options.upscale().withCancelled(context::isInterrupted)));
    return pictures.stream().map(picture -> row(picture, batch, context)).iterator();
  }

  @SuppressWarnings("try") // the turn is only held
  private Row row(Planned picture, Batch batch, TaskContext context) {
    Path target = new Path(output + "/" + picture.output());
    long start = System.nanoTime();
    try {
      Configuration configuration = hadoop.value().value();
      FileSystem outputs = Store.of(target, configuration);
      boolean isAgain = context.attemptNumber() > 0 || context.stageAttemptNumber() > 0;
      if (isAgain && outputs.exists(target)) {
        return ResultTable.writtenBefore(picture, target);
      }
      String name = context.taskAttemptId() + "-" + Integer.toHexString(target.hashCode());
      Path source = new Path(picture.input());
      try (HeapTurns.Turn turn = HeapTurns.take(picture.heap());
          OutputFile file = new OutputFile(outputs, target, new Path(temporary, name))) {
        Outcome outcome =
            outcome(
                batch,
                Store.whole(Store.of(source, configuration), source, picture.bytes()),
                picture,
                new BatchPlan.Target.Stream(file, Store.name(target)));
        requireGoingOn(context);
        if (outcome instanceof Outcome.Done done) {
          file.commit();
          return ResultTable.written(picture, target, done, file.bytes());
        }
        return ResultTable.failed(picture, target, (Outcome.Failed) outcome);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TaskKilledException("stopped while it waited for memory");
    } catch (IOException e) {
      requireGoingOn(context);
      String message =
          Store.name(new Path(picture.input()))
              + (": expected to become " + Store.name(target) + ", received " + Reason.of(e));
      return ResultTable.failed(picture, target, message, (System.nanoTime() - start) / 1e6);
    }
  }

  private static Outcome outcome(
      Batch batch, PictureSource source, Planned picture, BatchPlan.Target target) {
    PictureInput input =
        PictureInput.of(picture.page() == 0 ? source : source.withPage(picture.page()));
    Optional<Outcome> outcome =
        batch.run(
            new BatchPlan.Job(
                new BatchInput.Other(input),
                target,
                Optional.of(picture.format()),
                Optional.empty()));
    return outcome.orElseThrow(() -> new TaskKilledException("stopped"));
  }

  /** A killed task must not tell of pictures that it didn't do. */
  private static void requireGoingOn(TaskContext context) {
    if (context.isInterrupted() || Thread.currentThread().isInterrupted()) {
      throw new TaskKilledException("stopped");
    }
  }
}
