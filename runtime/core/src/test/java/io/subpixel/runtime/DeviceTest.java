package io.subpixel.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceTest {
  @Test
  void readsWhatItPrints() {
    assertThat(Device.parse("auto")).isEqualTo(Device.AUTO).hasToString("auto");
    assertThat(Device.parse("cpu")).isEqualTo(Device.CPU).hasToString("cpu");
    assertThat(Device.parse("cuda")).isEqualTo(Device.cuda(0)).hasToString("cuda:0");
    assertThat(Device.parse("cuda:12")).isEqualTo(Device.cuda(12)).hasToString("cuda:12");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "gpu", "CPU", "cpu:0", "cuda:", "cuda:-1", "cuda:x", "cuda:9999"})
  void refusesOtherText(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Device.parse(text))
        .withMessage("device: expected auto, cpu, cuda or cuda:N, received " + text);
  }

  @Test
  void refusesANumberBelow0OrOfTheCpu() {
    assertThatIllegalArgumentException().isThrownBy(() -> Device.cuda(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> new Device(Device.Kind.CPU, 1));
  }

  @Test
  void theCpuIsAlwaysThere() {
    assertThat(Device.CPU.missing()).isEmpty();
    assertThat(Device.AUTO.missing()).isEmpty();
  }
}
