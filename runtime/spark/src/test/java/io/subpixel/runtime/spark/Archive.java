package io.subpixel.runtime.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.runtime.UpscaleOptions;
import io.subpixel.runtime.Upscaler;
import io.subpixel.runtime.batch.Batch;
import io.subpixel.runtime.batch.BatchInputs;
import io.subpixel.runtime.batch.BatchListener;
import io.subpixel.runtime.batch.BatchOptions;
import io.subpixel.runtime.batch.BatchOutput;
import io.subpixel.runtime.batch.BatchPlan;
import io.subpixel.runtime.batch.Outcome;
import io.subpixel.runtime.testing.Pictures;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * A folder of pictures, and what {@code bin/runtime upscale} makes of it.
 *
 * @param in the pictures
 * @param out where a job writes
 * @param expected the results of the library
 * @param failures its failures, by input
 */
record Archive(Path in, Path out, Path expected, Map<String, String> failures) {
  /** Creates empty folders. */
  static Archive in(Path folder) throws IOException {
    return new Archive(
        Files.createDirectories(folder.resolve("in")),
        folder.resolve("out"),
        folder.resolve("expected"),
        new TreeMap<>());
  }

  /** Returns the same pictures for another job. */
  Archive to(Path other) {
    return new Archive(in, other, expected, failures);
  }

  /** Adds numbered pictures. */
  Archive with(int count, int width, int height) throws IOException {
    for (int i = 0; i < count; i++) {
      PictureFiles.write(in.resolve("%04d.png".formatted(i)), Pictures.random(width, height, 3, i));
    }
    return this;
  }

  /** Upscales it with the library, as the command does. */
  Archive upscaled(String model) throws IOException {
    try (Upscaler upscaler = Upscaler.builder().model(model).open()) {
      return upscaled(upscaler, UpscaleOptions.DEFAULTS);
    }
  }

  Archive upscaled(Upscaler upscaler, UpscaleOptions options) throws IOException {
    BatchInputs found = BatchInputs.find(List.of(in), true, expected);
    BatchPlan plan =
        BatchPlan.of(
            found.files(),
            new BatchOutput.ToFolder(expected),
            new BatchPlan.Naming(
                io.subpixel.runtime.batch.NameTemplate.DEFAULT,
                options.format(),
                false,
                options.target(),
                options.maxPixels()),
            upscaler);
    new Batch(upscaler, BatchOptions.DEFAULTS.withUpscale(options))
        .run(plan, BatchListener.NONE)
        .forEach(
            outcome -> {
              if (outcome instanceof Outcome.Failed failed) {
                failures.put(
                    failed.job().input().toString(),
                    failed.message().replace(expected.toString(), out.toString()));
              }
            });
    return this;
  }

  /** Returns the names of files below a folder, without those of result tables. */
  static List<String> files(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile)
          .map(file -> folder.relativize(file).toString())
          .filter(name -> !name.startsWith("_results"))
          .sorted()
          .toList();
    }
  }

  /** Returns how many outputs are there. A job may be at work in the folder. */
  long written() throws IOException {
    if (!Files.exists(out)) {
      return 0;
    }
    AtomicLong count = new AtomicLong();
    Files.walkFileTree(
        out,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes facts) {
            String name = folder.getFileName().toString();
            // Files appear and vanish there.
            return name.equals("_results") || name.equals(".subpixel-temporary")
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes facts) {
            if (!file.getFileName().toString().startsWith(".")) {
              count.incrementAndGet();
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return count.get();
  }

  /** Expects all that the library made, bit for bit, and nothing else. */
  void assertWhole() throws IOException {
    assertThat(files(out)).isEqualTo(files(expected));
    assertWhatIsThere();
  }

  /** Expects files of the library's bytes, and no others. */
  void assertWhatIsThere() throws IOException {
    List<String> wrong = new ArrayList<>();
    for (String name : files(out)) {
      Path same = expected.resolve(name);
      if (!Files.exists(same) || Files.mismatch(out.resolve(name), same) >= 0) {
        wrong.add(name);
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(out.resolve(".subpixel-temporary")).doesNotExist();
  }
}
