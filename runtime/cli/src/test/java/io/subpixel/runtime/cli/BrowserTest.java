package io.subpixel.runtime.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What is said where no browser can be opened. */
class BrowserTest {
  private static final String ADDRESS = "http://127.0.0.1:8080/";

  private static List<String> said(String system, Map<String, String> environment) {
    List<String> said = new ArrayList<>();
    Browser.open(system, environment, ADDRESS, said::add);
    return said;
  }

  @Test
  void withoutADisplayTheAddressIsSaid() {
    assertThat(said("Linux", Map.of("HOME", "/root")))
        .containsExactly("--open: expected a display, received none; open " + ADDRESS);
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "it has rundll32")
  void withoutTheProgramTheAddressIsSaid() {
    assertThat(said("Windows 11", Map.of()))
        .containsExactly("--open: expected rundll32, received no such program; open " + ADDRESS);
  }
}
