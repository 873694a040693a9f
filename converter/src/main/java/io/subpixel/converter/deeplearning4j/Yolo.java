package io.subpixel.converter.deeplearning4j;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.layers.objdetect.Yolo2OutputLayer;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The boxes of <a href="https://arxiv.org/abs/1612.08242">YOLO9000</a>: for each prior, centre as
 * sigmoid, size as exponential times the prior, confidence as sigmoid, classes as softmax.
 */
final class Yolo implements LayerTranslator<Yolo2OutputLayer> {
  /** Centre, size and confidence come before the classes. */
  private static final int BOX = 5;

  @Override
  public Optional<long[]> takes(Yolo2OutputLayer layer, Optional<long[]> next) {
    return Optional.of(Sizes.repeat(Value.UNKNOWN, 4));
  }

  @Override
  public Value translate(Yolo2OutputLayer layer, Scope scope) {
    INDArray priors = layer.getBoundingBoxes();
    boolean channelsLast = layer.getFormat() == CNN2DFormat.NHWC;
    int axis = channelsLast ? 3 : 1;
    Value input = scope.input();
    long channels = input.size(axis);
    if (channels == Value.UNKNOWN) {
      throw new Unsupported("boxes of unknown number", "give the input's shape");
    }
    int boxes = Math.toIntExact(priors.size(0));
    long each = channels / boxes;
    SameDiff graph = scope.graph();
    List<SDVariable> parts = new ArrayList<>();
    for (int box = 0; box < boxes; box++) {
      long at = box * each;
      INDArray prior = priors.getRow(box).dup().castTo(scope.dataType());
      SDVariable size =
          scope.constant(
              "prior" + box, channelsLast ? prior.reshape(1, 1, 1, 2) : prior.reshape(1, 2, 1, 1));
      parts.add(graph.nn().sigmoid(scope.between(input, axis, at, at + 2)));
      parts.add(graph.math().exp(scope.between(input, axis, at + 2, at + 4)).mul(size));
      parts.add(graph.nn().sigmoid(scope.between(input, axis, at + 4, at + BOX)));
      SDVariable classes = scope.between(input, axis, at + BOX, at + each);
      parts.add(Activations.softmax(classes, input.rank(), axis, scope));
    }
    return input.with(graph.concat(axis, parts.toArray(new SDVariable[0])));
  }
}
