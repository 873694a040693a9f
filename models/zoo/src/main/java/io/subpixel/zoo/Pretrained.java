package io.subpixel.zoo;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * The trained models that this library contains: the folder {@code models/pretrained} of the
 * repository.
 *
 * @since 0.1
 */
public final class Pretrained {
  /** The model for clean pictures at its scale. */
  public static final String DEFAULT = "sesr-m11-x2";

  private static final List<String> NAMES =
      List.of(
          DEFAULT,
          "sesr-m11-x3",
          "sesr-m11-x4",
          "sesr-m15-x3",
          "sesr-m15-x4",
          "sesr-xl-x2",
          "sesr-xl-x3",
          "sesr-xl-x4",
          "sesr-m7-x2",
          "sesr-m7-k3-x3",
          "sesr-m7-k3-x4",
          "sesr-m5-x2",
          "sesr-m5-x3",
          "sesr-m5-x4",
          "sesr-m5-rgb-x2",
          "sesr-m5-gaussian-x2",
          "sesr-m6-k3-x2",
          "sesr-m4-k3-x2",
          "sesr-m2-k3-x2",
          "sesr-m1-k3-x2",
          "sesr-tiny-x2",
          "espcn-x2",
          "espcn-x3",
          "espcn-x4",
          "photo-x2",
          "photo-x4",
          "photo-light-x2",
          "photo-vivid-x2",
          "photo-vivid-x4",
          "photo-xl-x2",
          "photo-xl-x4",
          "photo-free-x2",
          "web-x2",
          "web-x4",
          "clip-x2",
          "drawing-x2",
          "drawing-x4");

  private Pretrained() {}

  /** Returns the names of all models. */
  public static List<String> names() {
    return NAMES;
  }

  /**
   * The model for clean pictures of a scale.
   *
   * @param scale 2, 3 or 4
   * @throws IllegalArgumentException if there is none of that scale
   */
  public static String ofScale(int scale) {
    // The first model of each scale in the list.
    return NAMES.stream()
        .filter(name -> name.endsWith("-x" + scale))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("scale: expected 2, 3 or 4, received " + scale));
  }

  /** Returns the model for degraded photographs, if there is one of that scale. */
  public static Optional<String> photoOfScale(int scale) {
    return named("photo-x" + scale);
  }

  /** Returns the model for compressed pictures without noise, if there is one of that scale. */
  public static Optional<String> webOfScale(int scale) {
    return named("web-x" + scale);
  }

  /** Returns the model for frames of compressed clips, if there is one of that scale. */
  public static Optional<String> clipOfScale(int scale) {
    return named("clip-x" + scale);
  }

  private static Optional<String> named(String name) {
    return NAMES.stream().filter(name::equals).findFirst();
  }

  /**
   * The card of a model.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public static ModelCard card(String name) {
    try {
      String json = new String(resource(name, ModelCard.FILE_NAME), StandardCharsets.UTF_8);
      return ModelCard.fromJson(json, name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The ONNX file of a model.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public static byte[] onnx(String name) {
    try {
      return resource(name, name + ".onnx");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] resource(String name, String file) throws IOException {
    if (!NAMES.contains(name)) {
      throw new IllegalArgumentException("model: expected one of " + NAMES + ", received " + name);
    }
    try (InputStream in = Pretrained.class.getResourceAsStream("pretrained/" + name + "/" + file)) {
      if (in == null) {
        throw new IllegalStateException("the library lacks pretrained/" + name + "/" + file);
      }
      return in.readAllBytes();
    }
  }
}
