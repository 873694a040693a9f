package io.subpixel.runtime.spark.internal;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.runtime.spark.PictureOptions;
import io.subpixel.runtime.video.ClipPlan;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * Upscales a film in parts on the executors. Plan and parts lie in a folder beside the result,
 * which goes when the result is there: until then, a job takes up what another left.
 */
public final class FilmJob {
  private static final String PLAN = "plan.json";

  private final JavaSparkContext spark;
  private final Broadcast<SerializableConfiguration> hadoop;
  private final Path film;
  private final Path result;

  /** Creates a job of a film and its result, both with scheme and host. */
  public FilmJob(
      JavaSparkContext spark, Broadcast<SerializableConfiguration> hadoop, Path film, Path result) {
    this.spark = spark;
    this.hadoop = hadoop;
    this.film = film;
    this.result = result;
  }

  /**
   * The result of a job.
   *
   * @param parts those that were done or failed in this job, and those that were there
   * @param frames those of the result; 0 if it isn't there
   * @param dropped streams that it can't hold
   * @param error why the parts weren't joined, in one line; null if they were, or some are missing
   */
  public record Result(
      List<FilmPart> parts, long frames, List<String> dropped, @Nullable String error) {
    /** Copies the lists. */
    public Result {
      parts = List.copyOf(parts);
      dropped = List.copyOf(dropped);
    }
  }

  /** Returns whether the result is there. */
  public boolean isDone() throws IOException {
    return Store.of(result, configuration()).exists(result);
  }

  /** Returns the film on this machine's disk, to plan it. */
  public java.nio.file.Path film() throws IOException {
    return LocalCopies.kept(film, configuration());
  }

  /**
   * Reads a plan.
   *
   * @throws InvalidInputException if the file is none
   */
  public static ClipPlan read(Path file, Configuration hadoop) throws IOException {
    FileSystem system = Store.of(file, hadoop);
    LocalCopies.status(system, file);
    try (FSDataInputStream in = system.open(file)) {
      return ClipPlan.read(in, Store.name(file));
    }
  }

  /** Deletes plan and parts. */
  public void clean() throws IOException {
    Path folder = FilmPlaces.folder(result);
    FileSystem system = Store.of(folder, configuration());
    if (system.exists(folder)) {
      system.delete(folder, true);
    }
  }

  /**
   * Returns the plan of an earlier job that left one, or else keeps this one.
   *
   * @throws InvalidInputException if the earlier job's differs
   */
  public ClipPlan agreed(ClipPlan plan) throws IOException {
    Path folder = FilmPlaces.folder(result);
    Path file = new Path(folder, PLAN);
    FileSystem system = Store.of(file, configuration());
    if (system.exists(file)) {
      ClipPlan earlier = read(file, configuration());
      if (!earlier.matches(plan)) {
        throw new InvalidInputException(
            Store.name(folder),
            "parts of the same film with the same options, or no such folder",
            "those of another plan");
      }
      return earlier;
    }
    system.mkdirs(folder);
    FilmPlaces places = places(plan);
    try (OutputFile out = places.create(file, configuration(), System.nanoTime())) {
      out.write(plan.toJson().getBytes(StandardCharsets.UTF_8));
      out.commit();
    }
    return plan;
  }

  /**
   * Upscales the parts that are missing, the longest first, and joins all of them.
   *
   * @param options with the plan's model and strength
   */
  public Result run(ClipPlan plan, PictureOptions options, ModelFile model) throws IOException {
    FilmPlaces places = places(plan);
    List<FilmPart> parts = new ArrayList<>();
    List<Integer> open = new ArrayList<>();
    FileSystem system = Store.of(places.folder(), configuration());
    for (ClipPlan.Part part :
        plan.parts().stream()
            .sorted(Comparator.comparingLong(ClipPlan.Part::frames).reversed())
            .toList()) {
      if (system.exists(places.part(part.number()))) {
        parts.add(FilmPart.existing(part.number()));
      } else {
        open.add(part.number());
      }
    }
    Broadcast<String> json = spark.broadcast(plan.toJson());
    if (!open.isEmpty()) {
      Broadcast<ModelFile> sent = spark.broadcast(model);
      spark.setJobDescription("Upscale " + open.size() + " parts of " + film.getName());
      parts.addAll(
          spark
              .parallelize(open, open.size())
              .map(new FilmPartTask(hadoop, sent, json, options, places))
              .collect());
    }
    parts.sort(Comparator.comparingInt(FilmPart::number));
    if (parts.stream().anyMatch(part -> part.error() != null)) {
      return new Result(parts, 0, List.of(), null);
    }
    spark.setJobDescription("Join " + places.parts() + " parts of " + film.getName());
    FilmJoinTask.Joined joined =
        spark.parallelize(List.of(places), 1).map(new FilmJoinTask(hadoop, json)).first();
    if (joined.error() == null) {
      clean();
    }
    return new Result(parts, joined.frames(), joined.dropped(), joined.error());
  }

  private FilmPlaces places(ClipPlan plan) {
    return new FilmPlaces(film.toString(), result.toString(), plan.parts().size());
  }

  private Configuration configuration() {
    return hadoop.value().value();
  }
}
