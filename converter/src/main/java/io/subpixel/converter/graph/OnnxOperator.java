package io.subpixel.converter.graph;

import static io.subpixel.converter.graph.ElementType.*;
import static io.subpixel.converter.internal.graph.Signature.*;

import io.subpixel.converter.internal.graph.Inference;
import io.subpixel.converter.internal.graph.OnnxGraph;
import io.subpixel.converter.internal.graph.Signature;

/**
 * The ONNX operators that can be emitted, with what is legal for them in every opset that {@link
 * Opset} accepts. The pages are at {@code https://onnx.ai/onnx/operators/}. An attribute with an
 * exclamation mark has to be given: what has a default in ONNX is spelled out.
 *
 * <p>{@code runs} names the element types that ONNX Runtime 1.28 runs on the CPU in all these
 * opsets, as measured by creating a session for each; everything else it refuses, though ONNX
 * allows it.
 *
 * @since 0.1
 */
public enum OnnxOperator {
  ABS(of("Abs").runs(NUMERIC)),
  ACOS(of("Acos").runs(SINGLE)),
  ACOSH(of("Acosh").runs(SINGLE)),
  ADD(pairwise("Add").runs(ARITHMETIC)),
  AND(pairwise("And").runs(LOGICAL)),
  ARG_MAX(
      of("ArgMax")
          .shapes(Inference::reduceOne)
          .gives(Result.INT64)
          .runs(FLOAT, DOUBLE, FLOAT16, INT8, INT32, INT64, UINT8)
          .takes("axis:int!", "keepdims:int!", "select_last_index:int")),
  ARG_MIN(
      of("ArgMin")
          .shapes(Inference::reduceOne)
          .gives(Result.INT64)
          .runs(FLOAT, DOUBLE, FLOAT16, INT8, INT32, INT64, UINT8)
          .takes("axis:int!", "keepdims:int!", "select_last_index:int")),
  ASIN(of("Asin").runs(SINGLE)),
  ASINH(of("Asinh").runs(SINGLE)),
  ATAN(of("Atan").runs(SINGLE)),
  ATANH(of("Atanh").runs(SINGLE)),
  AVERAGE_POOL(
      of("AveragePool")
          .shapes(Inference::pool)
          .runs(SINGLE)
          .takes(
              "kernel_shape:ints!",
              "strides:ints",
              "pads:ints",
              "dilations:ints",
              "auto_pad:text",
              "ceil_mode:int",
              "count_include_pad:int")),
  BATCH_NORMALIZATION(
      of("BatchNormalization")
          .inputs(5, 5)
          .runs(REAL)
          .takes("epsilon:real!", "momentum:real", "training_mode:int")),
  BIT_SHIFT(pairwise("BitShift").runs(UINT8, UINT32, UINT64).takes("direction:text!")),
  BITWISE_AND(pairwise("BitwiseAnd").runs(WHOLE).since(18)),
  BITWISE_NOT(of("BitwiseNot").runs(WHOLE).since(18)),
  BITWISE_OR(pairwise("BitwiseOr").runs(WHOLE).since(18)),
  BITWISE_XOR(pairwise("BitwiseXor").runs(WHOLE).since(18)),
  CAST(of("Cast").data().gives(Result.CAST).takes("to:int!", "saturate:int")),
  CEIL(of("Ceil").runs(REAL)),
  CLIP(
      of("Clip")
          .inputs(1, 3)
          .runs(FLOAT, DOUBLE, FLOAT16, INT8, INT32, INT64, UINT8, UINT32, UINT64)),
  COL2IM(
      of("Col2Im")
          .inputs(3, 3)
          .shapes(Inference::columnsToImage)
          .data(0)
          .runs(SINGLE)
          .since(18)
          .takes("dilations:ints", "pads:ints", "strides:ints")),
  COMPRESS(of("Compress").inputs(2, 2).shapes(Inference::list).data(0).takes("axis:int")),
  CONCAT(of("Concat").inputs(1, Integer.MAX_VALUE).shapes(Inference::concat).takes("axis:int!")),
  CONSTANT_OF_SHAPE(
      of("ConstantOfShape")
          .shapes(Inference::filled)
          .data()
          .gives(Result.VALUE)
          .takes("value:tensor")),
  CONV(
      of("Conv")
          .inputs(2, 3)
          .shapes(Inference::conv)
          .runs(SINGLE)
          .takes(
              "auto_pad:text",
              "dilations:ints",
              "group:int",
              "kernel_shape:ints",
              "pads:ints",
              "strides:ints")),
  CONV_TRANSPOSE(
      of("ConvTranspose")
          .inputs(2, 3)
          .shapes(Inference::convTranspose)
          .runs(SINGLE)
          .takes(
              "auto_pad:text",
              "dilations:ints",
              "group:int",
              "kernel_shape:ints",
              "output_padding:ints",
              "output_shape:ints",
              "pads:ints",
              "strides:ints")),
  COS(of("Cos").runs(SINGLE)),
  COSH(of("Cosh").runs(SINGLE)),
  CUM_SUM(
      of("CumSum")
          .inputs(2, 2)
          .data(0)
          .runs(FLOAT, DOUBLE, INT32, INT64)
          .takes("exclusive:int", "reverse:int")),
  DEPTH_TO_SPACE(
      of("DepthToSpace")
          .shapes(Inference::depthToSpace)
          .runs(FLOAT, DOUBLE, FLOAT16, INT8, UINT8)
          .takes("blocksize:int!", "mode:text!")),
  DEQUANTIZE_LINEAR(
      of("DequantizeLinear").inputs(2, 3).data().gives(Result.FLOAT).takes("axis:int")),
  DET(of("Det").shapes(Inference::determinant).runs(SINGLE)),
  DIV(pairwise("Div").runs(ARITHMETIC)),
  EINSUM(
      of("Einsum")
          .inputs(1, Integer.MAX_VALUE)
          .shapes(Inference::einsum)
          .runs(REAL_AND_WHOLE)
          .takes("equation:text!")),
  ELU(of("Elu").runs(SINGLE).takes("alpha:real!")),
  EQUAL(pairwise("Equal").gives(Result.BOOL)),
  ERF(of("Erf").runs(SINGLE)),
  EXP(of("Exp").runs(REAL)),
  EXPAND(of("Expand").inputs(2, 2).shapes(Inference::expand).data(0)),
  EYE_LIKE(
      of("EyeLike")
          .data()
          .gives(Result.CAST)
          .runs(FLOAT, DOUBLE, FLOAT16, INT32, INT64, UINT64)
          .takes("dtype:int", "k:int")),
  FLATTEN(of("Flatten").shapes(Inference::flatten).takes("axis:int!")),
  FLOOR(of("Floor").runs(REAL)),
  GRU(
      of("GRU")
          .inputs(3, 6)
          .shapes(Inference::recurrent)
          .data(0, 1, 2, 3, 5)
          .runs(REAL)
          .takes(
              "hidden_size:int!",
              "direction:text",
              "activations:texts",
              "activation_alpha:reals",
              "activation_beta:reals",
              "clip:real",
              "linear_before_reset:int",
              "layout:int")),
  GATHER(of("Gather").inputs(2, 2).shapes(Inference::gather).data(0).takes("axis:int!")),
  GATHER_ELEMENTS(
      of("GatherElements")
          .inputs(2, 2)
          .shapes(Inference::gatherElements)
          .data(0)
          .takes("axis:int!")),
  GATHER_ND(
      of("GatherND").inputs(2, 2).shapes(Inference::gatherNd).data(0).takes("batch_dims:int")),
  GEMM(
      of("Gemm")
          .inputs(2, 3)
          .shapes(Inference::gemm)
          .runs(REAL)
          .takes("alpha:real", "beta:real", "transA:int", "transB:int")),
  GLOBAL_AVERAGE_POOL(of("GlobalAveragePool").shapes(Inference::globalPool).runs(SINGLE)),
  GLOBAL_MAX_POOL(of("GlobalMaxPool").shapes(Inference::globalPool).runs(SINGLE)),
  GREATER(pairwise("Greater").gives(Result.BOOL).runs(NUMERIC)),
  GREATER_OR_EQUAL(pairwise("GreaterOrEqual").gives(Result.BOOL).runs(NUMERIC)),
  HARD_SIGMOID(of("HardSigmoid").runs(SINGLE).takes("alpha:real!", "beta:real!")),
  IDENTITY(of("Identity")),
  /** Its graphs are given to {@link OnnxGraph#flow}. */
  IF(of("If").data()),
  INSTANCE_NORMALIZATION(
      of("InstanceNormalization").inputs(3, 3).runs(SINGLE).takes("epsilon:real!")),
  IS_INF(
      of("IsInf")
          .gives(Result.BOOL)
          .runs(FLOAT, DOUBLE)
          .takes("detect_negative:int", "detect_positive:int")),
  IS_NAN(of("IsNaN").gives(Result.BOOL).runs(REAL)),
  /** Its graph is given to {@link OnnxGraph#flow}. */
  LOOP(of("Loop").inputs(2, Integer.MAX_VALUE).data()),
  LRN(of("LRN").runs(SINGLE).takes("alpha:real!", "beta:real!", "bias:real!", "size:int!")),
  LSTM(
      of("LSTM")
          .inputs(3, 8)
          .shapes(Inference::recurrent)
          .data(0, 1, 2, 3, 5, 6, 7)
          .runs(REAL)
          .takes(
              "hidden_size:int!",
              "direction:text",
              "activations:texts",
              "activation_alpha:reals",
              "activation_beta:reals",
              "clip:real",
              "input_forget:int",
              "layout:int")),
  LAYER_NORMALIZATION(
      of("LayerNormalization")
          .inputs(2, 3)
          .runs(REAL)
          .since(17)
          .takes("axis:int!", "epsilon:real!", "stash_type:int")),
  LEAKY_RELU(of("LeakyRelu").runs(SINGLE).takes("alpha:real!")),
  LESS(pairwise("Less").gives(Result.BOOL).runs(NUMERIC)),
  LESS_OR_EQUAL(pairwise("LessOrEqual").gives(Result.BOOL).runs(NUMERIC)),
  LOG(of("Log").runs(REAL)),
  LOG_SOFTMAX(of("LogSoftmax").runs(REAL).takes("axis:int!")),
  LP_NORMALIZATION(of("LpNormalization").runs(REAL).takes("axis:int!", "p:int!")),
  LP_POOL(
      of("LpPool")
          .shapes(Inference::pool)
          .runs(SINGLE)
          .takes(
              "kernel_shape:ints!",
              "strides:ints",
              "pads:ints",
              "dilations:ints",
              "auto_pad:text",
              "ceil_mode:int",
              "p:int!")),
  MAT_MUL(of("MatMul").inputs(2, 2).shapes(Inference::matMul).runs(ARITHMETIC)),
  MAX(
      of("Max")
          .inputs(1, Integer.MAX_VALUE)
          .broadcast()
          .runs(FLOAT, DOUBLE, FLOAT16, INT8, INT32, INT64, UINT8, UINT32, UINT64)),
  MAX_POOL(
      of("MaxPool")
          .shapes(Inference::pool)
          .runs(FLOAT, DOUBLE, FLOAT16, INT8, UINT8)
          .takes(
              "kernel_shape:ints!",
              "strides:ints",
              "pads:ints",
              "dilations:ints",
              "auto_pad:text",
              "ceil_mode:int",
              "storage_order:int")),
  MIN(
      of("Min")
          .inputs(1, Integer.MAX_VALUE)
          .broadcast()
          .runs(FLOAT, DOUBLE, FLOAT16, INT8, INT32, INT64, UINT8, UINT32, UINT64)),
  MOD(pairwise("Mod").runs(NUMERIC).takes("fmod:int!")),
  MUL(pairwise("Mul").runs(ARITHMETIC)),
  NEG(of("Neg").runs(FLOAT, DOUBLE, FLOAT16, INT8, INT16, INT32, INT64)),
  NON_MAX_SUPPRESSION(
      of("NonMaxSuppression")
          .inputs(2, 5)
          .shapes(Inference::chosenBoxes)
          .data(0, 1)
          .gives(Result.INT64)
          .runs(FLOAT)
          .takes("center_point_box:int")),
  NON_ZERO(
      of("NonZero")
          .shapes(Inference::nonZero)
          .gives(Result.INT64)
          .runs(FLOAT, FLOAT16, INT32, INT64, UINT8, BOOL)),
  NOT(of("Not").runs(LOGICAL)),
  ONE_HOT(
      of("OneHot")
          .inputs(3, 3)
          .shapes(Inference::oneHot)
          .data(2)
          .runs(FLOAT, FLOAT16, INT64)
          .takes("axis:int!")),
  OR(pairwise("Or").runs(LOGICAL)),
  PRELU(of("PRelu").inputs(2, 2).runs(SINGLE)),
  PAD(
      of("Pad")
          .inputs(2, 4)
          .shapes(Inference::pad)
          .data(0, 2)
          .runs(FLOAT, DOUBLE, FLOAT16, INT8, INT32, INT64, UINT8, UINT32, UINT64, BOOL)
          .takes("mode:text!")),
  POW(pairwise("Pow").runs(REAL_AND_WHOLE)),
  QUANTIZE_LINEAR(
      of("QuantizeLinear").inputs(2, 3).data(0, 1).gives(Result.QUANTIZED).takes("axis:int")),
  RNN(
      of("RNN")
          .inputs(3, 6)
          .shapes(Inference::recurrent)
          .data(0, 1, 2, 3, 5)
          .runs(SINGLE)
          .takes(
              "hidden_size:int!",
              "direction:text",
              "activations:texts",
              "activation_alpha:reals",
              "activation_beta:reals",
              "clip:real",
              "layout:int")),
  RANGE(of("Range").inputs(3, 3).shapes(Inference::range).runs(FLOAT, DOUBLE, INT16, INT32, INT64)),
  RECIPROCAL(of("Reciprocal").runs(REAL)),
  REDUCE_L1(reduction("ReduceL1").runs(REAL_AND_WHOLE)),
  REDUCE_L2(reduction("ReduceL2").runs(REAL_AND_WHOLE)),
  REDUCE_LOG_SUM(reduction("ReduceLogSum").runs(REAL_AND_WHOLE)),
  REDUCE_LOG_SUM_EXP(reduction("ReduceLogSumExp").runs(REAL_AND_WHOLE)),
  REDUCE_MAX(reduction("ReduceMax").runs(FLOAT, DOUBLE, FLOAT16, INT8, INT32, INT64, UINT8)),
  REDUCE_MEAN(reduction("ReduceMean").runs(REAL_AND_WHOLE)),
  REDUCE_MIN(reduction("ReduceMin").runs(FLOAT, DOUBLE, FLOAT16, INT8, INT32, INT64, UINT8)),
  REDUCE_PROD(reduction("ReduceProd").runs(REAL_AND_WHOLE)),
  REDUCE_SUM(reduction("ReduceSum").runs(REAL_AND_WHOLE)),
  REDUCE_SUM_SQUARE(reduction("ReduceSumSquare").runs(REAL_AND_WHOLE)),
  RELU(of("Relu").runs(REAL)),
  RESHAPE(of("Reshape").inputs(2, 2).shapes(Inference::reshape).data(0).takes("allowzero:int")),
  RESIZE(
      of("Resize")
          .inputs(1, 4)
          .shapes(Inference::resize)
          .data(0)
          .runs(FLOAT, FLOAT16, INT8, INT32, UINT8)
          .takes(
              "mode:text!",
              "coordinate_transformation_mode:text!",
              "nearest_mode:text",
              "cubic_coeff_a:real",
              "exclude_outside:int",
              "extrapolation_value:real",
              "antialias:int")),
  REVERSE_SEQUENCE(
      of("ReverseSequence").inputs(2, 2).data(0).takes("batch_axis:int!", "time_axis:int!")),
  ROUND(of("Round").runs(REAL)),
  SCATTER_ELEMENTS(
      of("ScatterElements").inputs(3, 3).data(0, 2).takes("axis:int!", "reduction:text")),
  SCATTER_ND(of("ScatterND").inputs(3, 3).data(0, 2).takes("reduction:text")),
  SELU(of("Selu").runs(SINGLE).takes("alpha:real", "gamma:real")),
  SHAPE(of("Shape").shapes(Inference::shapeOf).data().gives(Result.INT64)),
  SIGMOID(of("Sigmoid").runs(REAL)),
  SIGN(of("Sign").runs(NUMERIC)),
  SIN(of("Sin").runs(REAL)),
  SINH(of("Sinh").runs(SINGLE)),
  SIZE(of("Size").shapes(Inference::scalar).data().gives(Result.INT64)),
  SLICE(of("Slice").inputs(3, 5).shapes(Inference::slice).data(0)),
  SOFTMAX(of("Softmax").runs(REAL).takes("axis:int!")),
  SOFTPLUS(of("Softplus").runs(SINGLE)),
  SOFTSIGN(of("Softsign").runs(SINGLE)),
  SPACE_TO_DEPTH(
      of("SpaceToDepth")
          .shapes(Inference::spaceToDepth)
          .runs(FLOAT, DOUBLE, FLOAT16, INT8, UINT8)
          .takes("blocksize:int!")),
  SPLIT(
      of("Split")
          .inputs(1, 2)
          .shapes(Inference::split)
          .data(0)
          .takes("axis:int!", "num_outputs:int")),
  SQRT(of("Sqrt").runs(REAL)),
  SQUEEZE(of("Squeeze").inputs(1, 2).shapes(Inference::squeeze).data(0)),
  SUB(pairwise("Sub").runs(ARITHMETIC)),
  TAN(of("Tan").runs(SINGLE)),
  TANH(of("Tanh").runs(REAL)),
  THRESHOLDED_RELU(of("ThresholdedRelu").runs(SINGLE).takes("alpha:real!")),
  TILE(of("Tile").inputs(2, 2).shapes(Inference::tile).data(0)),
  TOP_K(
      of("TopK")
          .inputs(2, 2)
          .shapes(Inference::topK)
          .data(0)
          .gives(Result.TOP_K)
          .runs(FLOAT, DOUBLE, FLOAT16, INT8, INT16, INT32, INT64, UINT8)
          .takes("axis:int!", "largest:int!", "sorted:int!")),
  TRANSPOSE(of("Transpose").shapes(Inference::transpose).takes("perm:ints!")),
  TRILU(
      of("Trilu")
          .inputs(1, 2)
          .data(0)
          .runs(FLOAT, DOUBLE, FLOAT16, INT64, BOOL)
          .since(14)
          .takes("upper:int!")),
  UNIQUE(
      of("Unique")
          .shapes(Inference::lists)
          .gives(Result.UNIQUE)
          .runs(FLOAT, DOUBLE, FLOAT16, INT8, INT64)
          .takes("axis:int", "sorted:int!")),
  UNSQUEEZE(of("Unsqueeze").inputs(2, 2).shapes(Inference::unsqueeze).data(0)),
  WHERE(
      of("Where")
          .inputs(3, 3)
          .broadcast()
          .data(1, 2)
          .runs(FLOAT, DOUBLE, FLOAT16, INT32, INT64, UINT8)),
  XOR(pairwise("Xor").runs(LOGICAL));

  // Error Prone can't see that a signature is never changed once it is made.
  @SuppressWarnings("ImmutableEnumChecker")
  private final Signature signature;

  OnnxOperator(Signature signature) {
    this.signature = signature;
  }

  /** The name in ONNX, such as {@code Conv}. */
  public String onnxName() {
    return signature.name();
  }

  /** The first opset that has it, {@link Opset#LEAST} or more. */
  public int since() {
    return signature.since();
  }

  /** Whether ONNX Runtime runs it on such elements. */
  public boolean runs(ElementType type) {
    return signature.runs().contains(type);
  }

  /** Whether input {@code index} holds the elements that {@link #runs} is about. */
  public boolean isData(int index) {
    return signature.isData(index);
  }

  /** What it takes and gives, for graphs. */
  public Signature signature() {
    return signature;
  }
}
