package io.subpixel.converter.deeplearning4j;

import java.lang.reflect.Field;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.Deconvolution3D;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.Subsampling3DLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling1D;
import org.deeplearning4j.nn.conf.layers.Upsampling3D;
import org.deeplearning4j.nn.conf.layers.ZeroPadding1DLayer;
import org.deeplearning4j.nn.conf.layers.ZeroPadding3DLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping1D;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping3D;

/**
 * Settings that a layer can't do without. Deeplearning4j's builders set them, but a configuration
 * from a file may lack them.
 */
final class Settings {
  private static final Set<String> CHOICES = Set.of("convolutionMode", "poolingType");
  private static final Set<String> WINDOWS = Set.of("kernelSize", "stride", "dilation", "size");
  private static final Set<String> BORDERS = Set.of("padding", "cropping");

  private Settings() {}

  /** What is wrong with a setting of a layer, or of a layer inside it. */
  static Optional<Refusal> check(Layer layer) {
    try {
      for (Class<?> type = layer.getClass(); type != null; type = type.getSuperclass()) {
        if (!type.getName().startsWith("org.deeplearning4j.")) {
          continue; // A user's own class reads its settings itself.
        }
        for (Field field : type.getDeclaredFields()) {
          Optional<Refusal> found = check(layer, field);
          if (found.isPresent()) {
            return found;
          }
        }
      }
      return Optional.empty();
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("expected M2.1's layers", e);
    }
  }

  private static Optional<Refusal> check(Layer layer, Field field) throws IllegalAccessException {
    String name = field.getName();
    boolean isLayer = Layer.class.isAssignableFrom(field.getType());
    boolean isArray = field.getType() == int[].class;
    boolean isWindow = isArray && WINDOWS.contains(name);
    boolean isBorder = isArray && BORDERS.contains(name);
    if (!isLayer && !isWindow && !isBorder && !CHOICES.contains(name)) {
      return Optional.empty();
    }
    field.setAccessible(true);
    Object value = field.get(layer);
    if (value == null) {
      return Optional.of(new Refusal("no " + name, "give it one"));
    } else if (value instanceof Layer inner) {
      return check(inner);
    } else if (value instanceof int[] numbers) {
      int least = isWindow ? 1 : 0;
      int count = axes(layer) * (isBorder && isBorderLayer(layer) ? 2 : 1);
      return numbers.length >= count && IntStream.of(numbers).allMatch(number -> number >= least)
          ? Optional.empty()
          : Optional.of(
              new Refusal(
                  "its " + name, "give it " + count + " numbers, each " + least + " or more"));
    }
    return Optional.empty();
  }

  private static int axes(Layer layer) {
    if (layer instanceof Convolution1DLayer
        || layer instanceof Upsampling1D
        || layer instanceof ZeroPadding1DLayer
        || layer instanceof Cropping1D) {
      return 1;
    }
    return layer instanceof Convolution3D
            || layer instanceof Deconvolution3D
            || layer instanceof Subsampling3DLayer
            || layer instanceof Upsampling3D
            || layer instanceof ZeroPadding3DLayer
            || layer instanceof Cropping3D
        ? 3
        : 2;
  }

  /** Whether it has a number for both ends of each axis. */
  private static boolean isBorderLayer(Layer layer) {
    String name = layer.getClass().getSimpleName();
    return name.startsWith("ZeroPadding") || name.startsWith("Cropping");
  }
}
