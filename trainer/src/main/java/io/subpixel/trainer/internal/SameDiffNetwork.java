package io.subpixel.trainer.internal;

import io.subpixel.pictures.Plane;
import io.subpixel.trainer.network.Network;
import io.subpixel.zoo.internal.PixelPath;
import java.util.Arrays;
import java.util.Map;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Upscales with a SameDiff graph. Not for several threads at once. */
public final class SameDiffNetwork implements PixelPath.Network {
  private final SameDiff graph;

  /** With a graph that has the names of {@link Network}. */
  public SameDiffNetwork(SameDiff graph) {
    this.graph = graph;
  }

  @Override
  public Plane[] apply(Plane[] lr) {
    int width = lr[0].width();
    int height = lr[0].height();
    float[] values = new float[lr.length * width * height];
    for (int c = 0; c < lr.length; c++) {
      System.arraycopy(lr[c].values(), 0, values, c * width * height, width * height);
    }
    INDArray input = Nd4j.createFromArray(values).reshape(1, lr.length, height, width);
    INDArray output = graph.outputSingle(Map.of(Network.LR, input), Network.SR);
    int srHeight = (int) output.size(2);
    int srWidth = (int) output.size(3);
    float[] sr = output.dup('c').data().asFloat();
    Plane[] planes = new Plane[(int) output.size(1)];
    for (int c = 0; c < planes.length; c++) {
      planes[c] =
          new Plane(
              srWidth,
              srHeight,
              Arrays.copyOfRange(sr, c * srWidth * srHeight, (c + 1) * srWidth * srHeight));
    }
    return planes;
  }
}
