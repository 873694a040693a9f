package io.subpixel.trainer.internal;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.internal.AtomicFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * A training stopped between two steps, in one file: a ZIP of NumPy arrays, each {@code [P]}
 * float32, and {@code position.json}. NumPy's {@code load} opens it too.
 */
public final class Checkpoint {
  /** The file's name in a run. */
  static final String FILE_NAME = "checkpoint.npz";

  private static final String POSITION = "position.json";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private Checkpoint() {}

  /**
   * Where a training is. The batch to come is number {@code batches} of its epoch, from 0.
   *
   * @param updates optimiser steps done
   * @param epoch from 1
   * @param batches of this epoch that were used
   * @param stepsPerEpoch of the epoch before; 0 in the first
   * @param seconds of training before
   * @param epochSeconds of training in this epoch
   * @param waitSeconds of those, spent waiting for data
   * @param lossSum of this epoch's steps
   * @param lossSums the same of what the loss consists of, by name
   */
  public record Position(
      int updates,
      int epoch,
      int batches,
      int stepsPerEpoch,
      double seconds,
      double epochSeconds,
      double waitSeconds,
      double lossSum,
      // Checkpoints of earlier versions have none.
      @JsonSetter(nulls = Nulls.AS_EMPTY) Map<String, Double> lossSums) {
    /** Copies the map, in its order. */
    public Position {
      lossSums = Collections.unmodifiableMap(new LinkedHashMap<>(lossSums));
    }
  }

  /** Writes the file; the one before stays whole until this one is. */
  static void write(Path folder, Position position, Map<String, INDArray> arrays)
      throws IOException {
    AtomicFile.write(
        folder.resolve(FILE_NAME),
        file -> {
          try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            // Moments and weights are noise to a compressor.
            zip.setLevel(0);
            zip.putNextEntry(new ZipEntry(POSITION));
            zip.write(JSON.writeValueAsBytes(position));
            for (Map.Entry<String, INDArray> array : arrays.entrySet()) {
              zip.putNextEntry(new ZipEntry(array.getKey() + ".npy"));
              zip.write(Nd4j.toNpyByteArray(array.getValue()));
            }
          }
        });
  }

  /**
   * Reads the file.
   *
   * @param arrays filled with what was saved of them
   * @return where the training is
   * @throws InvalidInputException if the folder has no checkpoint, or one of another network
   */
  static Position read(Path folder, Map<String, INDArray> arrays) throws IOException {
    Path file = folder.resolve(FILE_NAME);
    if (!Files.isRegularFile(file)) {
      throw new InvalidInputException(
          file.toString(), "the checkpoint of a training to resume", "no such file");
    }
    try (ZipFile zip = new ZipFile(file.toFile())) {
      for (Map.Entry<String, INDArray> array : arrays.entrySet()) {
        INDArray saved = Nd4j.createNpyFromByteArray(entry(zip, array.getKey() + ".npy", file));
        INDArray target = array.getValue();
        if (saved.length() != target.length() || saved.dataType() != target.dataType()) {
          throw new InvalidInputException(
              file + ": " + array.getKey(),
              target.length() + " values of " + target.dataType(),
              saved.length() + " of " + saved.dataType());
        }
        target.assign(saved.reshape(target.shape()));
      }
      return JSON.readValue(entry(zip, POSITION, file), Position.class);
    } catch (ZipException | JacksonException e) {
      throw new InvalidInputException(file.toString(), "a whole checkpoint", "a broken one", e);
    }
  }

  private static byte[] entry(ZipFile zip, String name, Path file) throws IOException {
    ZipEntry entry = zip.getEntry(name);
    if (entry == null) {
      throw new InvalidInputException(file.toString(), "an entry " + name, "none");
    }
    try (InputStream in = requireNonNull(zip.getInputStream(entry))) {
      return in.readAllBytes();
    }
  }
}
