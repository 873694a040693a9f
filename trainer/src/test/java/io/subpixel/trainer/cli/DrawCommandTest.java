package io.subpixel.trainer.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.subpixel.commands.CommandRunner;
import io.subpixel.commands.ExitStatus;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.trainer.internal.drawing.Drawings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class DrawCommandTest {
  @TempDir private Path folder;
  private final StringWriter told = new StringWriter();

  @Test
  void drawsAsManyAsAskedFor() throws IOException {
    assumeTrue(Drawings.hasFonts(), "this machine has no fonts");
    Path out = folder.resolve("a/b");
    assertThat(draw("-o", out, "--count", 9, "--side", 100, "--seed", 7)).isZero();
    assertThat(told).hasToString(out + "  9 images of 100x100\n");
    try (Stream<Path> files = Files.list(out)) {
      assertThat(files).hasSize(9);
    }
    assertThat(PictureFiles.read(out.resolve("drawing-000008.png")))
        .isEqualTo(Drawings.draw(100, 100, 8, 7));
  }

  @ParameterizedTest
  @CsvSource({
    "--count, 0, 1 to 1000000",
    "--side, 63, 64 to 4096",
    "--side, 5000, 64 to 4096",
  })
  void outOfRangeIsWrongUsage(String option, String value, String expected) {
    List<String> counted = option.equals("--count") ? List.of() : List.of("--count", "1");
    assertThat(
            draw(
                Stream.concat(Stream.of("-o", folder.resolve("x"), option, value), counted.stream())
                    .toArray()))
        .isEqualTo(ExitStatus.USAGE);
    assertThat(told.toString()).contains(option + ": expected " + expected + ", received " + value);
    assertThat(folder.resolve("x")).doesNotExist();
  }

  private int draw(Object... args) {
    CommandLine command = CommandRunner.prepare(new TrainerCommand());
    command.setOut(new PrintWriter(told, true));
    command.setErr(new PrintWriter(told, true));
    String[] all =
        Stream.concat(Stream.of("draw"), Stream.of(args).map(String::valueOf))
            .toArray(String[]::new);
    return command.execute(all);
  }
}
