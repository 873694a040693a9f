package io.subpixel.runtime.spark.internal;

import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.codec.PictureFormat;
import io.subpixel.pictures.codec.PictureSource;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.pictures.file.PictureReader;
import io.subpixel.runtime.UpscaleOptions;
import io.subpixel.runtime.spark.PictureOptions;
import io.subpixel.runtime.spark.Status;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;

/** Plans pictures by their headers. Runs on the executors. */
final class Headers implements Serializable {
  private static final long serialVersionUID = 1L;

  private final Broadcast<SerializableConfiguration> hadoop;
  private final PictureOptions options;
  private final Cost cost;
  private final String output;

  /**
   * @param output the output folder
   */
  Headers(
      Broadcast<SerializableConfiguration> hadoop,
      PictureOptions options,
      Cost cost,
      String output) {
    this.hadoop = hadoop;
    this.options = options;
    this.cost = cost;
    this.output = output;
  }

  /**
   * Plans a file, or each page of one of several. What is wrong with it shows when it is upscaled.
   *
   * @param result the path of its output below the output folder
   */
  List<Planned> plan(FolderListing.Entry file, String result) {
    Path path = new Path(file.path());
    PictureFormat format = Names.written(file.relative(), options.format());
    try {
      Configuration configuration = hadoop.value().value();
      PictureSource source = Store.parts(Store.of(path, configuration), path, file.bytes());
      int pages = PictureFiles.pages(source);
      if (pages == 1) {
        return List.of(planned(file, result, format, source));
      }
      FileSystem outputs = Store.of(new Path(output), configuration);
      List<Planned> planned = new ArrayList<>();
      for (int page = 1; page <= pages; page++) {
        String name = Names.ofPage(result, page, pages);
        planned.add(
            outputs.exists(new Path(output + "/" + name))
                ? existing(file, name, format, page)
                : planned(file, name, format, source.withPage(page)));
      }
      return planned;
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      return List.of(unknown(file, result, format, 0));
    }
  }

  private Planned planned(
      FolderListing.Entry file, String result, PictureFormat format, PictureSource source) {
    UpscaleOptions upscale = options.upscale();
    try (PictureReader reader = PictureReader.open(source, upscale.maxPixels())) {
      PictureLayout lr = reader.layout();
      PictureLayout sr = upscale.target().of(lr, cost.scale(), source.where());
      return new Planned(
          file.path(),
          result,
          format,
          source.page(),
          file.bytes(),
          lr.width(),
          lr.height(),
          sr.width(),
          sr.height(),
          heap(lr) + heap(sr),
          cost.of(lr, sr, reader.format() == PictureFormat.JPEG),
          null,
          null);
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      return unknown(file, result, format, source.page());
    }
  }

  static long heap(PictureLayout layout) {
    return layout.pixels() * layout.channels() * layout.depth() / 8;
  }

  private Planned unknown(FolderListing.Entry file, String result, PictureFormat format, int page) {
    double guess = cost.ofUnknown();
    return new Planned(
        file.path(), result, format, page, file.bytes(), 0, 0, 0, 0, 0, guess, null, null);
  }

  /** A picture whose output is there. */
  static Planned existing(FolderListing.Entry file, String result, PictureFormat format, int page) {
    return new Planned(
        file.path(), result, format, page, file.bytes(), 0, 0, 0, 0, 0, 0, Status.EXISTING, null);
  }
}
