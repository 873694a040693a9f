package io.subpixel.runtime.spark.internal;

import static org.apache.spark.sql.types.DataTypes.BinaryType;
import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.codec.PictureSource;
import io.subpixel.pictures.file.PictureReader;
import io.subpixel.runtime.PictureInput;
import io.subpixel.runtime.TargetSize;
import io.subpixel.runtime.Upscaler;
import io.subpixel.runtime.batch.Batch;
import io.subpixel.runtime.batch.BatchInput;
import io.subpixel.runtime.batch.BatchOptions;
import io.subpixel.runtime.batch.BatchPlan;
import io.subpixel.runtime.batch.Outcome;
import io.subpixel.runtime.spark.PictureOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.util.Optional;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Upscales the values of a column.
 *
 * @param options how
 * @param model by which
 */
public record ColumnUpscale(PictureOptions options, ModelFile model) implements Serializable {
  /** What became of a picture. */
  public static final StructType OUTCOME =
      new StructType()
          .add("picture", BinaryType)
          .add("width", IntegerType)
          .add("height", IntegerType)
          .add("model", StringType)
          .add("milliseconds", DoubleType)
          .add("error", StringType);

  private static final String NAME = "picture";

  private record Result(ByteArrayOutputStream picture, Outcome outcome) {}

  /**
   * Reads the model.
   *
   * @throws IOException if it can't be read
   */
  public static ColumnUpscale of(PictureOptions options) throws IOException {
    return new ColumnUpscale(options, ModelFile.read(options, SparkHadoopUtil.get().conf()));
  }

  /** Returns the result of a picture; null if it can't be upscaled. */
  public byte @Nullable [] picture(byte @Nullable [] picture) throws IOException {
    if (picture == null) {
      return null;
    }
    Result result = run(picture);
    return result.outcome instanceof Outcome.Done ? result.picture.toByteArray() : null;
  }

  /** Returns the result of a picture, or what is wrong with it; null of null. */
  public @Nullable Row outcome(byte @Nullable [] picture) throws IOException {
    if (picture == null) {
      return null;
    }
    Result result = run(picture);
    if (result.outcome instanceof Outcome.Done done) {
      return RowFactory.create(
          result.picture.toByteArray(),
          done.sr().width(),
          done.sr().height(),
          done.chosen().upscaler().traits().name(),
          done.total().toNanos() / 1e6,
          null);
    }
    String error = ((Outcome.Failed) result.outcome).message();
    return RowFactory.create(null, null, null, null, null, error);
  }

  @SuppressWarnings("try") // the turn is only held
  private Result run(byte[] picture) throws IOException {
    TaskContext context = TaskContext.get();
    Upscaler upscaler = Executors.upscaler(options, model);
    BatchOptions batch =
        BatchOptions.DEFAULTS.withUpscale(
            options.upscale().withCancelled(() -> context != null && context.isInterrupted()));
    PictureSource source = PictureSource.of(picture, NAME);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (HeapTurns.Turn turn = HeapTurns.take(heap(source, upscaler))) {
      Outcome outcome =
          new Batch(upscaler, batch)
              .run(
                  new BatchPlan.Job(
                      new BatchInput.Other(PictureInput.of(source)),
                      new BatchPlan.Target.Stream(out, "result"),
                      options.format(),
                      Optional.empty()))
              .orElseThrow(() -> new TaskKilledException("stopped"));
      return new Result(out, outcome);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TaskKilledException("stopped while it waited for memory");
    }
  }

  /** Returns what it takes by its header; nothing if that is broken, as nothing is decoded then. */
  private long heap(PictureSource source, Upscaler upscaler) {
    TargetSize target = options.target();
    try (PictureReader reader = PictureReader.open(source, options.upscale().maxPixels())) {
      PictureLayout lr = reader.layout();
      PictureLayout sr = target.of(lr, upscaler.traits().scale(), NAME);
      return Headers.heap(lr) + Headers.heap(sr);
    } catch (IOException | RuntimeException e) {
      return 0;
    }
  }
}
