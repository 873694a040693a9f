package io.subpixel.runtime.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.zoo.Colour;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.runtime.testing.Pictures;
import io.subpixel.runtime.testing.TinyModel;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Folders of inputs and outputs, and a tiny x2 model. */
record Workspace(Path in, Path out, Path model) {
  static Workspace in(Path folder) throws IOException {
    Path model = new TinyModel(2, Colour.RGB).write(folder.resolve("tiny.onnx"));
    Path in = Files.createDirectories(folder.resolve("in"));
    return new Workspace(in, folder.resolve("out"), model);
  }

  /** Upscales by the tiny model; on the CPU, as a build for CUDA would say why it isn't used. */
  CommandOutput upscale(Object... args) {
    List<Object> all = new ArrayList<>(List.of("upscale", "--model", model, "--device", "cpu"));
    all.addAll(Arrays.asList(args));
    return CommandOutput.of(all.toArray());
  }

  /** Upscales and wants it to succeed. */
  CommandOutput upscaled(Object... args) {
    CommandOutput output = upscale(args);
    assertThat(output.status()).as(output.toString()).isZero();
    return output;
  }

  /** Upscales and wants one line that says why the usage is wrong, and nothing written. */
  void refused(String message, Object... args) throws IOException {
    CommandOutput output = upscale(args);
    assertThat(output.status()).as(output.toString()).isEqualTo(2);
    assertThat(output.err()).hasSize(1);
    assertThat(output.err().get(0)).startsWith("runtime: ").contains(message);
    assertThat(output.out()).isEmpty();
    assertThat(written()).isEmpty();
  }

  /** A picture of 7x5 below {@code in}, with samples of its own. */
  Path picture(String name) throws IOException {
    return picture(name, 7, 5, 3);
  }

  Path picture(String name, int width, int height, int channels) throws IOException {
    Path file = in.resolve(name);
    PictureFiles.write(file, Pictures.random(width, height, channels, name.hashCode()));
    return file;
  }

  /** Whether an output is what the tiny model makes of an input. */
  void assertUpscaled(Path input, String output) throws IOException {
    Picture lr = PictureFiles.read(input);
    assertThat(PictureFiles.read(out.resolve(output)))
        .as(output)
        .isEqualTo(TinyModel.expected(lr, 2));
  }

  /** Every file below {@code out}, half-written ones too, in the order of their names. */
  List<String> written() throws IOException {
    if (!Files.exists(out)) {
      return List.of();
    }
    List<String> names = new ArrayList<>();
    Files.walkFileTree(
        out,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            names.add(out.relativize(file).toString());
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException failure)
              throws IOException {
            // While a process writes, hidden files get their names at any time.
            if (failure instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw failure;
          }
        });
    names.sort(null);
    return names;
  }
}
