package io.subpixel.runtime.spark.internal;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.internal.Temporaries;
import io.subpixel.runtime.Upscaler;
import io.subpixel.runtime.spark.PictureOptions;
import io.subpixel.runtime.spark.Status;
import io.subpixel.runtime.video.ClipPlan;
import io.subpixel.runtime.video.VideoUpscaler;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;

/** Upscales a part of a film, and tells what became of it. Failures of a machine are thrown. */
final class FilmPartTask implements Function<Integer, FilmPart> {
  private static final long serialVersionUID = 1L;

  private final Broadcast<SerializableConfiguration> hadoop;
  private final Broadcast<ModelFile> model;
  private final Broadcast<String> plan;
  private final PictureOptions options;
  private final FilmPlaces places;

  /**
   * @param plan as JSON
   * @param options with the plan's model and strength
   */
  FilmPartTask(
      Broadcast<SerializableConfiguration> hadoop,
      Broadcast<ModelFile> model,
      Broadcast<String> plan,
      PictureOptions options,
      FilmPlaces places) {
    this.hadoop = hadoop;
    this.model = model;
    this.plan = plan;
    this.options = options;
    this.places = places;
  }

  @Override
  public FilmPart call(Integer number) throws IOException {
    Configuration configuration = hadoop.value().value();
    Path target = places.part(number);
    // An attempt before this one may have been lost when all was written.
    if (Store.of(target, configuration).exists(target)) {
      return FilmPart.existing(number);
    }
    java.nio.file.Path scratch = Temporaries.folder();
    java.nio.file.Path film = scratch;
    try {
      film = LocalCopies.kept(places.film(), configuration);
      return upscaled(number, film, scratch.resolve(target.getName()));
    } catch (InvalidInputException e) {
      return FilmPart.failed(number, places.inWords(e, film, scratch));
    } finally {
      Temporaries.delete(scratch);
    }
  }

  private FilmPart upscaled(int number, java.nio.file.Path film, java.nio.file.Path part)
      throws IOException {
    TaskContext context = TaskContext.get();
    Upscaler upscaler = Executors.upscaler(options, model.value());
    ClipPlan planned = plan(plan.value());
    VideoUpscaler.Work work =
        planned.upscale(
            number, film, part, upscaler, (frames, share) -> {}, context::isInterrupted);
    if (work.stopped()) {
      throw new TaskKilledException("stopped");
    }
    try (OutputFile file =
        places.create(places.part(number), hadoop.value().value(), context.taskAttemptId())) {
      Files.copy(part, file);
      file.commit();
    }
    String fault =
        work.faults() == 0 ? null : work.faults() + " faults: " + work.fault().orElse("");
    return new FilmPart(number, Status.WRITTEN, work.frames(), null, fault);
  }

  static ClipPlan plan(String json) throws IOException {
    return ClipPlan.read(
        new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), "the plan");
  }
}
