package io.subpixel.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.subpixel.conformance.cli.ConformanceCommand;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.pictures.internal.TestCard;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code bin/runtime spark evaluate}, in a process of its own, beside {@code evaluate}. */
class SparkEvaluateTest {
  private static final Path MODULE = Path.of("../../runtime/spark").toAbsolutePath().normalize();
  private static final JsonMapper JSON = new JsonMapper();

  @TempDir private Path folder;

  @Test
  @Timeout(600)
  void theMeansAreThoseOfTheCommandOnOneMachine() throws Exception {
    Path pictures = folder.resolve("pictures");
    // Each gets the noise of its place among the names, for which '-' comes before '/'.
    for (String name : List.of("a/1.png", "a-b/2.bmp", "Z.png", "ä.png", "b.PNG", "a.png")) {
      PictureFiles.write(pictures.resolve(name), TestCard.draw(91, 78, name.hashCode()));
    }
    List<String> options = List.of("--model", "photo-x2", "--degradation", "photo", "--json");

    Commands commands = new Commands();
    Object[] here =
        Stream.concat(Stream.of("evaluate", "--data", pictures), options.stream()).toArray();
    assertThat(commands.run(new ConformanceCommand(), here)).as(commands.err()).isZero();
    JsonNode expected = mean(commands.out());

    List<String> there =
        List.of("evaluate", "--input", pictures + "", "--output", folder.resolve("table") + "");
    JsonNode mean = mean(spark(Stream.concat(there.stream(), options.stream()).toList()));

    assertThat(expected.get("psnr").asDouble()).isBetween(15.0, 60.0);
    for (String figure :
        List.of("psnr", "ssim", "bicubicPsnr", "bicubicSsim", "bilinearPsnr", "bilinearSsim")) {
      assertThat(mean.get(figure).asDouble())
          .as(figure)
          .isCloseTo(expected.get(figure).asDouble(), within(1e-9));
    }
  }

  private static JsonNode mean(String lines) {
    JsonNode last = JSON.readTree(lines.strip().lines().reduce((first, second) -> second).get());
    assertThat(last.get("picture").asString()).isEqualTo("mean");
    return last;
  }

  /** Runs a command with the class path of its launcher, as Spark isn't on this one. */
  private String spark(List<String> arguments) throws Exception {
    List<String> entries = new ArrayList<>(List.of(MODULE.resolve("target/classes").toString()));
    for (String file : List.of("launcher.classpath", "launcher.provided")) {
      entries.add(Files.readString(MODULE.resolve("target").resolve(file)).strip());
    }
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + MODULE.resolve("launcher.options"),
                "-Xmx1g",
                "-cp",
                String.join(File.pathSeparator, entries),
                "io.subpixel.runtime.spark.cli.SparkCommand"));
    command.addAll(arguments);
    Path errors = folder.resolve("errors");
    ProcessBuilder process = new ProcessBuilder(command).redirectError(errors.toFile());
    // Java 17 takes the names of files from it.
    process.environment().put("LC_ALL", "C.UTF-8");
    Process started = process.start();
    String out = new String(started.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(started.waitFor()).as(() -> read(errors)).isZero();
    return out;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
