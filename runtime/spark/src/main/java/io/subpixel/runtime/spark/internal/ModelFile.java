package io.subpixel.runtime.spark.internal;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.runtime.Upscaler;
import io.subpixel.runtime.spark.PictureOptions;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * The model of a job, read once and sent to all executors; nothing if it is one of the library's.
 */
public final class ModelFile implements Serializable {
  private static final long serialVersionUID = 1L;

  /** ONNX files may have no more. */
  private static final long MAX_BYTES = Integer.MAX_VALUE - 8;

  private final byte @Nullable [] onnx;
  private final String digest;

  private ModelFile(byte @Nullable [] onnx, String digest) {
    this.onnx = onnx;
    this.digest = digest;
  }

  /**
   * Reads the model that the options name.
   *
   * @throws InvalidInputException if there is no such file
   */
  public static ModelFile read(PictureOptions options, Configuration hadoop) throws IOException {
    if (!options.isModelFile()) {
      return new ModelFile(null, options.model().orElse(""));
    }
    Path path = Store.qualified(options.model().get(), hadoop);
    FileSystem system = Store.of(path, hadoop);
    byte[] bytes;
    try (FSDataInputStream in = system.open(path)) {
      bytes = in.readNBytes((int) MAX_BYTES);
    } catch (FileNotFoundException e) {
      throw new InvalidInputException(Store.name(path), "a model", "no such file", e);
    }
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
      return new ModelFile(bytes, HexFormat.of().formatHex(hash));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns what tells it from others. */
  String digest() {
    return digest;
  }

  /** Returns a builder with the model and its strength. */
  public Upscaler.Builder builder(PictureOptions options) {
    Upscaler.Builder builder = Upscaler.builder();
    if (onnx != null) {
      builder.model(onnx);
    } else if (options.model().isPresent()) {
      builder.model(options.model().get());
    } else {
      builder.choosing(options.modelScale());
    }
    options.strength().ifPresent(builder::strength);
    options.memory().ifPresent(builder::memory);
    return builder;
  }
}
