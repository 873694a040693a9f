package io.subpixel.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What becomes of ONNX Runtime's messages. */
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

  /** What onnxruntime_gpu 1.28.0 said with CUDA's libraries, with and without a driver. */
  @Test
  void tellsWhatIsWrongWithCuda() {
    assertThat(
            OnnxRuntime.explain(
                new Exception(
                    "Failed to load library /tmp/natives/libonnxruntime_providers_cuda.so with error:"
                        + " libcuda.so.1: cannot open shared object file: No such file")))
        .isEqualTo("no libcuda.so.1 (NVIDIA's driver) on this machine");
    assertThat(
            OnnxRuntime.explain(
                new Exception(
                    "Failed to load library /tmp/natives/libonnxruntime_providers_cuda.so with error:"
                        + " /tmp/natives/libonnxruntime_providers_cuda.so: undefined symbol:"
                        + " cudaLibraryGetKernel, version libcudart.so.12")))
        .isEqualTo("libcudart.so.12 on this machine is too old, it lacks cudaLibraryGetKernel");
    assertThat(
            OnnxRuntime.explain(
                new Exception(
                    "Parse Failed to parse provider option \"device_id\": CUDA failure 100: no"
                        + " CUDA-capable device is detected ; GPU=-1 ; hostname=vm ;"
                        + " file=/onnxruntime_src/onnxruntime/core/providers/cuda/cuda_call.cc")))
        .isEqualTo("CUDA: no CUDA-capable device is detected");
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
