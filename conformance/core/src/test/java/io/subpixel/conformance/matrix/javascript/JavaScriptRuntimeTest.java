package io.subpixel.conformance.matrix.javascript;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import io.subpixel.conformance.matrix.Adapter;
import io.subpixel.conformance.matrix.Subjects;
import io.subpixel.pictures.Plane;
import io.subpixel.pictures.UnavailableException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A runtime in a process of its own, which may end at any time. */
class JavaScriptRuntimeTest {
  private static JavaScriptRuntime open() {
    try {
      return JavaScriptRuntime.inNode(
          NodeModules.RUNTIMES.install(Path.of("../target/npm"), "node"), "node");
    } catch (UnavailableException e) {
      return abort(e.getMessage());
    }
  }

  private static Set<ProcessHandle> children() {
    return ProcessHandle.current().children().collect(Collectors.toSet());
  }

  @Test
  @Timeout(value = 2, unit = TimeUnit.MINUTES)
  void everyCallFailsOnceItsProcessIsKilled() throws IOException {
    Set<ProcessHandle> before = children();
    try (JavaScriptRuntime runtime = open();
        Adapter.Loaded<Plane[]> loaded = runtime.plain(Subjects.make("sesr-tiny-x2"))) {
      Plane[] lr = {new Plane(20, 10)};
      assertThat(loaded.upscale(lr).sr()[0].width()).isEqualTo(40);
      children().stream().filter(child -> !before.contains(child)).forEach(this::kill);
      for (int call = 0; call < 4; call++) {
        assertThatThrownBy(() -> loaded.upscale(lr))
            .isInstanceOf(IOException.class)
            .hasMessageContaining("expected an answer, received the end of its process");
      }
    }
  }

  private void kill(ProcessHandle child) {
    child.destroyForcibly();
    child.onExit().join();
  }
}
