package io.subpixel.conformance.benchmark;

import io.subpixel.conformance.bare.BareNetwork;
import io.subpixel.conformance.benchmark.UpscalingBenchmark.Row;
import io.subpixel.conformance.benchmark.UpscalingBenchmark.Table;
import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.runtime.Upscaler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/** Reads, upscales and writes photographs as PNG, beside the time of the network alone. */
public final class Batch {
  private static final double MARK = 1.10;

  /** Whole pictures go through the bare network, and its memory grows with them. */
  private static final long MAX_PIXELS = 3840L * 2160;

  private final String model;
  private final List<Path> photographs;
  private final int different;

  /**
   * A batch of the pictures below a folder.
   *
   * @param folder where photographs are
   * @param count how many, in the order of their names; if there are fewer, they repeat
   * @param model name of a shipped model
   * @throws InvalidInputException if there are none of at most 3840x2160 pixels
   */
  public Batch(Path folder, int count, String model) throws IOException {
    this.model = model;
    List<Path> fitting = new ArrayList<>();
    for (Path file : PictureFiles.list(folder)) {
      if (fitting.size() < count) {
        Picture picture = PictureFiles.read(file);
        if ((long) picture.width() * picture.height() <= MAX_PIXELS) {
          fitting.add(file);
        }
      }
    }
    if (fitting.isEmpty()) {
      throw new InvalidInputException(
          folder.toString(), "pictures of at most " + MAX_PIXELS + " pixels", "none");
    }
    different = fitting.size();
    for (int i = 0; fitting.size() < count; i++) {
      fitting.add(fitting.get(i));
    }
    photographs = List.copyOf(fitting);
  }

  /**
   * Times it.
   *
   * @param rounds how many turns each party gets after one that doesn't count
   * @param progress called after each round
   */
  public Table run(int rounds, Runnable progress) throws IOException {
    Path folder = Files.createTempDirectory("subpixel-batch");
    int jobs = 1 + Runtime.getRuntime().availableProcessors();
    ExecutorService threads = Executors.newFixedThreadPool(jobs);
    try (BareNetwork bare = new BareNetwork(model);
        Upscaler upscaler = Upscaler.builder().model(model).open()) {
      List<Double> medians =
          Turns.medians(
              rounds,
              List.of(() -> alone(bare), Turns.of(() -> upscale(upscaler, threads, folder))),
              progress);
      return new Table(
          photographs.size()
              + (" photographs, " + different)
              + " different ones, each read, upscaled by "
              + model
              + " and written as PNG",
          rounds,
          List.of(
              new Row("network alone", medians.get(0), null, null, null),
              new Row(
                  "Upscaler, " + jobs + " files at a time",
                  medians.get(1),
                  medians.get(1) / medians.get(0),
                  MARK,
                  null)),
          null);
    } finally {
      threads.shutdownNow();
      delete(folder);
    }
  }

  private double alone(BareNetwork bare) throws IOException {
    double sum = 0;
    for (Path photograph : photographs) {
      bare.load(PictureFiles.read(photograph));
      sum += Turns.of(bare::run).turn();
    }
    return sum;
  }

  private void upscale(Upscaler upscaler, ExecutorService threads, Path folder) throws IOException {
    List<Future<?>> running = new ArrayList<>();
    for (int i = 0; i < photographs.size(); i++) {
      Path from = photographs.get(i);
      Path to = folder.resolve(i + ".png");
      running.add(threads.submit(() -> upscaler.upscale(from, to)));
    }
    try {
      for (Future<?> one : running) {
        one.get();
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      throw new IllegalStateException(String.valueOf(e.getCause()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Deletes a folder with its contents. */
  static void delete(Path folder) throws IOException {
    try (Stream<Path> below = Files.walk(folder)) {
      below
          .sorted(Comparator.reverseOrder())
          .forEach(
              path -> {
                try {
                  Files.delete(path);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    }
  }
}
