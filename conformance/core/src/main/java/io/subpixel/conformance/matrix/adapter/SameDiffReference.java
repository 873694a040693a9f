package io.subpixel.conformance.matrix.adapter;

import io.subpixel.conformance.matrix.Adapter;
import io.subpixel.conformance.matrix.NotTakenException;
import io.subpixel.conformance.matrix.Subject;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.Plane;

/** The trainer's path, which all others are compared with. */
final class SameDiffReference implements Adapter {
  @Override
  public String version() {
    return "ND4J " + Versions.ofArtifact("org.nd4j", "nd4j-api");
  }

  @Override
  public Loaded<Plane[]> plain(Subject subject) {
    return lr -> Stopwatch.time(() -> subject.reference().apply(lr));
  }

  @Override
  public Loaded<Picture> pixels(Subject subject) throws NotTakenException {
    throw new NotTakenException("a pixel model is an ONNX file");
  }
}
