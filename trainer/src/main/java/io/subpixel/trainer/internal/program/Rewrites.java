package io.subpixel.trainer.internal.program;

import static java.util.Objects.requireNonNull;

import io.subpixel.trainer.internal.program.Recorder.Form;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.ScalarOp;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Puts cheaper calls in the place of those that M2.1 runs badly: leaky ReLU, the gradients of it
 * and of ReLU, the first convolution with its gradient, and sums whose gradient is merely passed
 * on.
 */
final class Rewrites {
  /** With fewer channels, unfolding the picture costs more than it saves. */
  private static final int MIN_CHANNELS = 32;

  private static final double[] NO_REALS = {};

  private final Map<String, Form> forms;
  private final Set<String> pictures;
  private final Set<String> read = new HashSet<>();
  private final Set<String> wanted;
  private final Map<String, String> columns = new HashMap<>();
  private final Map<String, String> same = new HashMap<>();
  private final List<Call> result = new ArrayList<>();

  private Rewrites(Map<String, Form> forms, Set<String> pictures, Set<String> wanted) {
    this.forms = forms;
    this.pictures = pictures;
    this.wanted = wanted;
  }

  /**
   * Rewrites a list of calls.
   *
   * @param forms of every value; those of new values are added
   * @param pictures the placeholders
   * @param wanted the values that must come out
   */
  static List<Call> apply(
      List<Call> calls, Map<String, Form> forms, Set<String> pictures, Set<String> wanted) {
    Rewrites rewrites = new Rewrites(forms, pictures, wanted);
    calls.forEach(call -> rewrites.read.addAll(call.inputs()));
    rewrites.read.addAll(wanted);
    calls.forEach(call -> rewrites.rewrite(rewrites.renamed(call)));
    return rewrites.result;
  }

  private Call renamed(Call call) {
    List<String> inputs =
        call.inputs().stream()
            .map(input -> same.getOrDefault(input, input))
            .collect(Collectors.toList());
    return new Call(
        call.operator(),
        call.function(),
        inputs,
        call.outputs(),
        call.overwrites(),
        call.binding());
  }

  private void rewrite(Call call) {
    switch (call.operator()) {
      case "identity" -> pass(call.inputs().get(0), call.output());
      case "add_bp" -> addGradient(call);
      case "relu" -> relu(call);
      case "leakyrelu" -> leakyRelu(call);
      case "thresholdedrelu_bp" -> reluGradient(call);
      case "lrelu_bp" -> leakyReluGradient(call);
      case "conv2d" -> convolution(call);
      case "conv2d_bp" -> convolutionGradient(call);
      default -> result.add(call);
    }
  }

  /** Of a sum's two gradients, each is the result's, where nothing was spread. */
  private void addGradient(Call call) {
    String gradient = call.inputs().get(2);
    for (String output : call.outputs()) {
      if (read.contains(output) && !form(output).equals(form(gradient))) {
        result.add(call);
        return;
      }
    }
    for (String output : call.outputs()) {
      if (read.contains(output)) {
        pass(gradient, output);
      }
    }
  }

  private void pass(String value, String output) {
    if (wanted.contains(output)) {
      result.add(new Call("copy", null, List.of(value), List.of(output), false, Bindings.copy()));
    } else {
      same.put(output, value);
    }
  }

  private void relu(Call call) {
    if (scalar(call) != 0) {
      result.add(call);
      return;
    }
    result.add(
        new Call(
            "relu",
            null,
            call.inputs(),
            call.outputs(),
            true,
            Bindings.custom("relu", new double[] {0})));
  }

  private void reluGradient(Call call) {
    if (real(call) != 0) {
      result.add(call);
      return;
    }
    String mask = add("step", Bindings.step(), call.inputs().get(0), call.output() + "/mask");
    multiply(mask, call);
  }

  /** max(x, slope x), which is leaky ReLU for slopes up to 1. */
  private void leakyRelu(Call call) {
    double slope = scalar(call);
    if (slope < 0 || slope > 1) {
      result.add(call);
      return;
    }
    String x = call.inputs().get(0);
    String leak = add("times", Bindings.times(slope), x, call.output() + "/leak");
    result.add(
        new Call(
            "maximum",
            null,
            List.of(leak, x),
            call.outputs(),
            true,
            Bindings.custom("maximum", NO_REALS)));
  }

  private void leakyReluGradient(Call call) {
    double slope = real(call);
    String mask = call.output() + "/mask";
    String above = add("step", Bindings.step(), call.inputs().get(0), mask + "/above");
    String spread = add("times", Bindings.times(1 - slope), above, mask + "/spread");
    multiply(add("plus", Bindings.plus(slope), spread, mask), call);
  }

  /**
   * The first convolution as a product of matrices: the picture's neighbourhoods as columns, which
   * its gradient then needs again.
   */
  private void convolution(Call call) {
    if (!isFirst(call)) {
      result.add(call);
      return;
    }
    List<String> inputs = new ArrayList<>(call.inputs());
    inputs.set(0, columns(call));
    result.add(
        new Call("conv2d/matmul", null, inputs, call.outputs(), false, Rewrites::bindConvolution));
  }

  private static Runnable bindConvolution(INDArray[] inputs, INDArray[] outputs) {
    INDArray columns = inputs[0];
    INDArray weight = inputs[1];
    long batch = columns.size(0);
    long area = columns.size(2);
    long in = weight.size(2);
    long out = weight.size(3);
    long taps = columns.size(1);
    INDArray kernels = Nd4j.createUninitialized(DataType.FLOAT, batch, taps, out);
    // Columns go by channel, then by place in the kernel; weights by place, then by channel.
    INDArray rows = weight.permute(2, 0, 1, 3);
    INDArray spread = kernels.reshape(batch, in, weight.size(0), weight.size(1), out);
    INDArray result = outputs[0].reshape(batch, out, area);
    Runnable product =
        Bindings.custom("matmul", NO_REALS, 1, 0, 0)
            .bind(new INDArray[] {kernels, columns}, new INDArray[] {result});
    if (inputs.length < 3) {
      return () -> {
        fill(spread, rows);
        product.run();
      };
    }
    Runnable bias =
        Bindings.channelwise("biasadd")
            .bind(new INDArray[] {outputs[0], inputs[2]}, new INDArray[] {outputs[0]});
    return () -> {
      fill(spread, rows);
      product.run();
      bias.run();
    };
  }

  private static void fill(INDArray copies, INDArray original) {
    for (long i = 0; i < copies.size(0); i++) {
      copies.slice(i).assign(original);
    }
  }

  /** The gradient of a first convolution's weights alone: nobody asks for the picture's. */
  private void convolutionGradient(Call call) {
    if (!isFirst(call) || read.contains(call.output())) {
      result.add(call);
      return;
    }
    String gradient = call.inputs().get(call.inputs().size() - 1);
    result.add(
        new Call(
            "conv2d_bp/matmul",
            null,
            List.of(columns(call), gradient),
            call.outputs().subList(1, call.outputs().size()),
            false,
            Rewrites::bindConvolutionGradient));
  }

  private static Runnable bindConvolutionGradient(INDArray[] inputs, INDArray[] outputs) {
    INDArray columns = inputs[0];
    INDArray gradient = inputs[1];
    INDArray weights = outputs[0];
    long batch = columns.size(0);
    long taps = columns.size(1);
    long area = columns.size(2);
    long in = weights.size(2);
    long out = gradient.size(1);
    INDArray products = Nd4j.createUninitialized(DataType.FLOAT, batch, out, taps);
    Runnable product =
        Bindings.custom("matmul", NO_REALS, 0, 1, 0)
            .bind(
                new INDArray[] {gradient.reshape(batch, out, area), columns},
                new INDArray[] {products});
    INDArray sum = Nd4j.createUninitialized(DataType.FLOAT, out, taps);
    INDArray turned = sum.reshape(out, in, weights.size(0), weights.size(1)).permute(2, 3, 1, 0);
    Runnable addUp = sumOfBatch(products.reshape(batch, out * taps), sum.reshape(out * taps));
    if (outputs.length < 2) {
      return () -> {
        product.run();
        addUp.run();
        weights.assign(turned);
      };
    }
    INDArray sums = Nd4j.createUninitialized(DataType.FLOAT, batch * out, 1);
    Runnable rows =
        Bindings.custom("matmul", NO_REALS, 0, 0, 0)
            .bind(
                new INDArray[] {
                  gradient.reshape(batch * out, area), Nd4j.ones(DataType.FLOAT, area, 1)
                },
                new INDArray[] {sums});
    Runnable addUpBias = sumOfBatch(sums.reshape(batch, out), outputs[1]);
    return () -> {
      product.run();
      addUp.run();
      weights.assign(turned);
      rows.run();
      addUpBias.run();
    };
  }

  private static Runnable sumOfBatch(INDArray matrix, INDArray sum) {
    return Bindings.custom("matmul", NO_REALS, 0, 0, 0)
        .bind(
            new INDArray[] {Nd4j.ones(DataType.FLOAT, 1, matrix.size(0)), matrix},
            new INDArray[] {sum.reshape(1, sum.length())});
  }

  /** {@code [N, C K K, H W]}; made once for all that read it. */
  private String columns(Call call) {
    String picture = call.inputs().get(0);
    long[] integers = integers(call);
    return columns.computeIfAbsent(
        picture + "/columns" + integers[0],
        name -> {
          long[] shape = form(picture).shape();
          long kernel = integers[0];
          forms.put(
              name,
              new Form(DataType.FLOAT, shape[0], shape[1] * kernel * kernel, shape[2] * shape[3]));
          result.add(
              new Call(
                  "im2col",
                  null,
                  List.of(picture),
                  List.of(name),
                  false,
                  (in, out) ->
                      Bindings.custom(
                              "im2col",
                              new double[] {0},
                              kernel,
                              kernel,
                              1,
                              1,
                              kernel / 2,
                              kernel / 2,
                              1,
                              1,
                              1)
                          .bind(
                              in,
                              new INDArray[] {
                                out[0].reshape(
                                    shape[0], shape[1], kernel, kernel, shape[2], shape[3])
                              })));
          return name;
        });
  }

  /** Recognises an undilated NCHW convolution of a placeholder, of odd side and stride 1. */
  private boolean isFirst(Call call) {
    if (!pictures.contains(call.inputs().get(0))) {
      return false;
    }
    long[] i = integers(call);
    long[] weight = form(call.inputs().get(1)).shape();
    return i.length == 11
        && i[0] == i[1]
        && i[0] % 2 == 1
        && i[2] == 1
        && i[3] == 1
        && i[6] == 1
        && i[7] == 1
        && i[8] == 1
        && i[9] == 0
        && i[10] == 0
        && weight[3] >= MIN_CHANNELS;
  }

  private String add(String operator, Call.Binding binding, String input, String output) {
    forms.put(output, form(input));
    result.add(new Call(operator, null, List.of(input), List.of(output), true, binding));
    return output;
  }

  private void multiply(String mask, Call call) {
    result.add(
        new Call(
            "multiply",
            null,
            List.of(mask, call.inputs().get(1)),
            call.outputs(),
            true,
            Bindings.custom("multiply", NO_REALS)));
  }

  private Form form(String value) {
    Form form = forms.get(value);
    if (form == null) {
      throw new IllegalStateException(value + ": expected a known shape, received none");
    }
    return form;
  }

  private static double scalar(Call call) {
    return ((ScalarOp) requireNonNull(call.function())).scalar().getDouble(0);
  }

  private static double real(Call call) {
    return ((DynamicCustomOp) requireNonNull(call.function())).tArgs()[0];
  }

  private static long[] integers(Call call) {
    return ((DynamicCustomOp) requireNonNull(call.function())).iArgs();
  }
}
