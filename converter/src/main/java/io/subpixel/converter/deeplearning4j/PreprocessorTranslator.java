package io.subpixel.converter.deeplearning4j;

import java.util.Optional;
import org.deeplearning4j.nn.conf.InputPreProcessor;

/**
 * How one kind of preprocessor, which stands before a layer, becomes operations of SameDiff.
 *
 * @param <P> the preprocessor
 */
interface PreprocessorTranslator<P extends InputPreProcessor> {
  /**
   * The shape of what it takes, see {@link LayerTranslator#takes}; {@code next} is what the layer
   * behind it takes.
   */
  Optional<long[]> takes(P preprocessor, Optional<long[]> next);

  /**
   * Adds its operations to the graph.
   *
   * @throws Unsupported if it can't be translated for this input
   */
  Value translate(P preprocessor, Scope scope);
}
