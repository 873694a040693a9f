package io.subpixel.runtime.spark.internal;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.pictures.file.internal.HrPictures;
import io.subpixel.runtime.Upscaler;
import io.subpixel.runtime.batch.internal.Rebuilt;
import io.subpixel.runtime.spark.PictureOptions;
import io.subpixel.zoo.degradation.Degradation;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.util.SerializableConfiguration;
import scala.Tuple2;

/** Measures a picture as {@code bin/conformance evaluate} does. */
final class EvaluationTask implements Function<Tuple2<Long, FolderListing.Entry>, Row> {
  private static final long serialVersionUID = 1L;

  private final Broadcast<SerializableConfiguration> hadoop;
  private final Broadcast<ModelFile> model;
  private final PictureOptions options;
  private final String degradation;

  EvaluationTask(
      Broadcast<SerializableConfiguration> hadoop,
      Broadcast<ModelFile> model,
      PictureOptions options,
      Degradation degradation) {
    this.hadoop = hadoop;
    this.model = model;
    this.options = options;
    this.degradation = degradation.id();
  }

  @Override
  public Row call(Tuple2<Long, FolderListing.Entry> each) throws IOException {
    FolderListing.Entry entry = each._2;
    Upscaler upscaler = Executors.upscaler(options, model.value());
    try {
      Path file = new Path(entry.path());
      Configuration configuration = hadoop.value().value();
      FileSystem system = Store.of(file, configuration);
      Picture hr =
          HrPictures.cropped(
              PictureFiles.read(Store.whole(system, file, entry.bytes())),
              upscaler.card().scale(),
              Store.name(file));
      // A random degradation's seed is the picture's place, by the command's convention.
      Rebuilt.Figures figures =
          Rebuilt.of(hr, Degradation.parse(degradation), each._1, upscaler, 1).figures();
      return RowFactory.create(
          entry.relative(),
          hr.width(),
          hr.height(),
          figures.psnr(),
          figures.ssim(),
          figures.bicubicPsnr(),
          figures.bicubicSsim(),
          figures.bilinearPsnr(),
          figures.bilinearSsim(),
          null);
    } catch (InvalidInputException e) {
      return RowFactory.create(
          entry.relative(), null, null, null, null, null, null, null, null, e.getMessage());
    }
  }
}
