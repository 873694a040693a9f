package io.subpixel.converter.deeplearning4j;

import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * What a layer, vertex or activation function of one's own computes at inference, written in
 * SameDiff. Those that extend Deeplearning4j's SameDiff layers and vertices need none. What it says
 * is compared with what Deeplearning4j computes, as everything is.
 *
 * @since 0.1
 */
public interface Definition {
  /**
   * The class of its configuration, such as a subclass of {@code Layer}, {@code GraphVertex} or
   * {@code IActivation}; subclasses of it aren't meant.
   */
  Class<?> type();

  /**
   * Adds its operations to a graph.
   *
   * @param configuration an object of {@link #type}
   * @param inputs what it reads, in Deeplearning4j's layout and order
   * @param coefficients by Deeplearning4j's keys; none for an activation function
   * @return what it gives
   */
  SDVariable define(
      Object configuration,
      SameDiff graph,
      List<SDVariable> inputs,
      Map<String, SDVariable> coefficients);
}
