package io.subpixel.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtLoggingLevel;
import io.subpixel.pictures.UnavailableException;
import io.subpixel.pictures.Picture;
import io.subpixel.runtime.testing.Pictures;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** There is one environment for each process, so one with threads needs a process of its own. */
class EnvironmentThreadsTest {
  private static final Picture LR = Pictures.drawn(150, 110);

  private static Upscaler.Builder small() {
    return Upscaler.builder().model("sesr-tiny-x2").device(Device.CPU).tile(64);
  }

  @Test
  void theResultIsThatOfTheUpscalersOwnThreads() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Djava.awt.headless=true",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                WithThreads.class.getName())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    try (Upscaler upscaler = small().open()) {
      assertThat(output).isEqualTo(hash(upscaler));
    }
  }

  @Test
  void anEnvironmentWithoutThreadsIsRefused() {
    assertThatThrownBy(() -> small().environmentThreads().open())
        .isInstanceOf(UnavailableException.class)
        .hasMessage(
            "threads: expected an OrtEnvironment that was made with ThreadingOptions, received one"
                + " without");
  }

  private static String hash(Upscaler upscaler) {
    return "" + Arrays.hashCode(upscaler.upscale(LR).samples());
  }

  /** An application whose environment has threads. */
  static final class WithThreads {
    private WithThreads() {}

    public static void main(String[] arguments) throws Exception {
      try (OrtEnvironment.ThreadingOptions threads = new OrtEnvironment.ThreadingOptions()) {
        threads.setGlobalIntraOpNumThreads(2);
        OrtEnvironment.getEnvironment(
            OrtLoggingLevel.ORT_LOGGING_LEVEL_WARNING, "application", threads);
      }
      try (Upscaler upscaler = small().environmentThreads().open()) {
        System.out.print(hash(upscaler));
      }
    }
  }
}
