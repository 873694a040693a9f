package io.subpixel.commands;

import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.pictures.UnavailableException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class VersionsTest {
  static final class Parts extends Versions {
    @Override
    protected List<Supplier<String>> parts() {
      return List.of(
          () -> "picocli " + jar("none", "none"),
          () -> {
            throw new UnavailableException("ONNX Runtime: expected room, received none", null);
          },
          () -> {
            throw new UnsatisfiedLinkError("/tmp/libx.so: cannot open");
          },
          () -> "FFmpeg 8 (GPL version 3 or later)");
    }
  }

  @Command(name = "house", versionProvider = Parts.class, subcommands = Work.class)
  static final class House {
    @Mixin CommonOptions common = new CommonOptions();
  }

  @Command(name = "work")
  static final class Work {}

  private static int run(StringWriter out, String... args) {
    CommandLine commandLine = CommandRunner.prepare(new House());
    commandLine.setOut(new PrintWriter(out, true));
    commandLine.setErr(new PrintWriter(out, true));
    return commandLine.execute(args);
  }

  @Test
  void everyPartHasALineEvenIfItCantBeLoaded() {
    StringWriter out = new StringWriter();
    assertThat(run(out, "--version")).isZero();
    assertThat(out.toString().lines())
        .hasSize(8)
        .contains(
            "not usable: ONNX Runtime: expected room, received none",
            "not usable: a native library can't be loaded on this machine",
            "FFmpeg 8 (GPL version 3 or later)",
            "Java "
                + System.getProperty("java.version")
                + " of "
                + System.getProperty("java.vendor"),
            "Licence: GPL version 3 or later")
        .first()
        .asString()
        .matches("Subpixel \\d+\\.\\d+\\.\\d+(-SNAPSHOT)? \\(Apache-2\\.0\\)");
  }

  @Test
  void onlyTheOutermostCommandHasTheOption() {
    StringWriter out = new StringWriter();
    assertThat(run(out, "work", "--version")).isEqualTo(ExitStatus.USAGE);
    assertThat(out.toString()).contains("--version");
  }
}
