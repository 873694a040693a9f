package io.subpixel.runtime.spark.internal;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.internal.Temporaries;
import io.subpixel.runtime.video.ClipPlan;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * Joins the parts of a film. A task of its own, so that Spark does it again if a machine is lost.
 */
final class FilmJoinTask implements Function<FilmPlaces, FilmJoinTask.Joined> {
  private static final long serialVersionUID = 1L;

  private final Broadcast<SerializableConfiguration> hadoop;
  private final Broadcast<String> plan;

  FilmJoinTask(Broadcast<SerializableConfiguration> hadoop, Broadcast<String> plan) {
    this.hadoop = hadoop;
    this.plan = plan;
  }

  /**
   * What became of it.
   *
   * @param frames those of the result
   * @param dropped streams that it can't hold
   * @param error why it failed, in one line
   */
  @SuppressWarnings("serial") // a list of Java's own
  record Joined(long frames, List<String> dropped, @Nullable String error)
      implements Serializable {}

  @Override
  public Joined call(FilmPlaces places) throws IOException {
    Configuration configuration = hadoop.value().value();
    java.nio.file.Path scratch = Temporaries.folder();
    java.nio.file.Path film = scratch;
    try {
      film = LocalCopies.kept(places.film(), configuration);
      List<java.nio.file.Path> parts = new ArrayList<>();
      long bytes = 0;
      for (int number = 1; number <= places.parts(); number++) {
        java.nio.file.Path part = LocalCopies.copy(places.part(number), configuration, scratch);
        bytes += Files.size(part);
        parts.add(part);
      }
      // The result has the parts and the film's other streams.
      LocalCopies.requireRoom(scratch, bytes + Files.size(film), Store.name(places.result()));
      java.nio.file.Path result = scratch.resolve("joined").resolve(places.result().getName());
      ClipPlan.Joined joined = FilmPartTask.plan(plan.value()).join(film, parts, result);
      try (OutputFile file =
          places.create(places.result(), configuration, TaskContext.get().taskAttemptId())) {
        Files.copy(result, file);
        file.commit();
      }
      return new Joined(joined.frames(), joined.dropped(), null);
    } catch (InvalidInputException e) {
      return new Joined(0, List.of(), places.inWords(e, film, scratch));
    } finally {
      Temporaries.delete(scratch);
    }
  }
}
