package io.subpixel.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What becomes of ONNX Runtime's messages; no GPU was at hand, so its text is written by hand. */
class OnnxRuntimeTest {
  @Test
  void namesTheMissingLibraryAlone() {
    String said =
        "Error code - ORT_FAIL - message: /onnxruntime_src/onnxruntime/core/session/"
            + "provider_bridge_ort.cc:1848 onnxruntime::Provider& onnxruntime::ProviderLibrary::"
            + "Get() [ONNXRuntimeError] : 1 : FAIL : Failed to load library /tmp/onnxruntime-java1/"
            + "libonnxruntime_providers_cuda.so with error: libcublasLt.so.12: cannot open shared"
            + " object file: No such file or directory";
    assertThat(OnnxRuntime.explain(new Exception(said)))
        .isEqualTo("no libcublasLt.so.12 on this machine");
    String saidByWindows =
        "Error loading \"D:\\\\a\\\\onnxruntime_providers_cuda.dll\" which depends on \"cublasLt64_12.dll\""
            + " which is missing. (Error 126: \"The specified module could not be found.\")";
    assertThat(OnnxRuntime.explain(new Exception(saidByWindows)))
        .isEqualTo("no cublasLt64_12.dll on this machine");
  }

  @Test
  void dropsCodesAndSourceLines() {
    String said =
        "Error code - ORT_INVALID_ARGUMENT - message: Non-zero status code. Name:'' Status Message:"
            + " /onnxruntime_src/onnxruntime/core/framework/op_kernel.cc:83 virtual OrtValue* f()"
            + "\n [ONNXRuntimeError] : 2 : INVALID_ARGUMENT : The output has\nanother shape.";
    assertThat(OnnxRuntime.explain(new Exception(said))).isEqualTo("The output has another shape.");
    assertThat(OnnxRuntime.explain(new Exception("Error code - ORT_FAIL - message: a/b.cc:1 Bad")))
        .isEqualTo("Bad");
  }

  @Test
  void shortensLongMessages() {
    assertThat(OnnxRuntime.explain(new Exception("x".repeat(1000)))).hasSize(203).endsWith("x...");
  }
}
