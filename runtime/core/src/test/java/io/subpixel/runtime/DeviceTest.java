package io.subpixel.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.subpixel.pictures.UnavailableException;
import io.subpixel.runtime.testing.TinyModel;
import io.subpixel.zoo.Colour;
import java.io.IOException;
import java.util.List;
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
    for (String text : List.of("tensorrt:0", "tensorrt:1", "coreml", "directml:2")) {
      assertThat(Device.parse(text)).hasToString(text);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "gpu",
        "CPU",
        "cpu:0",
        "cuda:",
        "cuda:-1",
        "cuda:x",
        "cuda:9999",
        "coreml:0",
        "auto:0"
      })
  void refusesOtherText(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Device.parse(text))
        .withMessage(
            "device: expected auto, cpu, cuda, cuda:N, tensorrt, tensorrt:N, coreml, directml or"
                + " directml:N, received "
                + text);
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

  @ParameterizedTest
  @ValueSource(strings = {"cuda", "tensorrt", "coreml", "directml"})
  void reportsInOneLineWhatOtherDevicesLack(String kind) {
    Device.parse(kind)
        .missing()
        .ifPresent(
            missing ->
                assertThat(missing)
                    .matches("no \\S+ on this machine|this build of ONNX Runtime .*")
                    .hasSizeLessThan(120));
  }

  @ParameterizedTest
  @ValueSource(strings = {"cuda", "tensorrt", "coreml", "directml"})
  void anExplicitDeviceIsUsedOrFails(String kind) throws IOException {
    Device device = Device.parse(kind);
    Upscaler.Builder builder =
        Upscaler.builder().model(new TinyModel(2, Colour.Y).onnx()).device(device);
    if (device.missing().isPresent()) {
      assertThatThrownBy(builder::open)
          .isInstanceOf(UnavailableException.class)
          .hasMessage(device + ": " + device.missing().get());
    } else {
      try (Upscaler upscaler = builder.open()) {
        assertThat(upscaler.device()).isEqualTo(device);
      }
    }
  }
}
