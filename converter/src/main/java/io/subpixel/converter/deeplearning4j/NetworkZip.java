package io.subpixel.converter.deeplearning4j;

import io.subpixel.pictures.InvalidInputException;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.databind.exc.InvalidTypeIdException;

/**
 * A network as {@code ModelSerializer} of Deeplearning4j writes it: a zip with a configuration in
 * JSON and all coefficients as one array. Nothing is handed to Deeplearning4j before its size,
 * checksum, class names and shape were looked at.
 */
final class NetworkZip {
  private static final String CONFIGURATION = "configuration.json";
  private static final String COEFFICIENTS = "coefficients.bin";
  private static final String EXPECTED = "a network of Deeplearning4j (.zip)";

  /** The largest networks of the zoo have 0.2 MB of configuration. */
  private static final long MOST_CONFIGURATION_BYTES = 32L << 20;

  /** A thousand million float32. */
  private static final long MOST_COEFFICIENT_BYTES = 4L << 30;

  /** Deflate makes at most 1030 of one; coefficients that were trained hardly shrink. */
  private static final long MOST_GROWTH = 200;

  private static final long SMALL = 16L << 20;

  private final ZipFile zip;
  private final String where;

  private NetworkZip(ZipFile zip, String where) {
    this.zip = zip;
    this.where = where;
  }

  /** See {@link Deeplearning4jNetwork#read(Path, List)}. */
  static Deeplearning4jNetwork read(Path path, List<Path> classPath) throws IOException {
    String where = path.toString();
    if (!Files.isRegularFile(path)) {
      throw new InvalidInputException(where, EXPECTED, Files.exists(path) ? "no file" : "nothing");
    }
    try (ZipFile zip = new ZipFile(path.toFile())) {
      return new NetworkZip(zip, where).read(OwnClasses.of(classPath));
    } catch (ZipException | EOFException e) {
      throw new InvalidInputException(where, EXPECTED, "a damaged zip", e);
    } catch (RuntimeException | LinkageError | OutOfMemoryError | StackOverflowError e) {
      Optional<String> missing = missing(e);
      if (missing.isPresent()) {
        throw new InvalidInputException(
            where, "classes that are there (--class-path names a jar)", missing.get(), e);
      }
      throw new InvalidInputException(where, EXPECTED, "one that Deeplearning4j can't load", e);
    }
  }

  /** The class that a configuration names and that can't be found. */
  private static Optional<String> missing(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof InvalidTypeIdException unknown) {
        return Optional.ofNullable(unknown.getTypeId());
      }
    }
    return Optional.empty();
  }

  private Deeplearning4jNetwork read(OwnClasses classes) throws IOException {
    ZipEntry entry = entry(CONFIGURATION, MOST_CONFIGURATION_BYTES);
    String json;
    try (Checked stream = new Checked(entry)) {
      json = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      stream.finish();
    }
    boolean isGraph = ConfigurationCheck.isGraph(json, where + "/" + CONFIGURATION, classes);
    return classes
        .during(() -> isGraph ? graph(json) : sequence(json))
        .withDefinitions(classes.definitions());
  }

  private Deeplearning4jNetwork sequence(String json) throws IOException {
    MultiLayerConfiguration configuration = MultiLayerConfiguration.fromJson(json);
    long count = 0;
    for (NeuralNetConfiguration layer : configuration.getConfs()) {
      count += layer.getLayer().initializer().numParams(layer);
    }
    Optional<INDArray> coefficients = coefficients(count);
    // Configurations of old versions don't tell it, as Deeplearning4j's own reader knows too.
    coefficients.map(INDArray::dataType).ifPresent(configuration::setDataType);
    MultiLayerNetwork network = new MultiLayerNetwork(configuration);
    if (coefficients.isPresent()) {
      network.init(coefficients.get(), false);
    } else {
      network.init();
    }
    return Deeplearning4jNetwork.of(network);
  }

  private Deeplearning4jNetwork graph(String json) throws IOException {
    ComputationGraphConfiguration configuration = ComputationGraphConfiguration.fromJson(json);
    long count = 0;
    for (GraphVertex vertex : configuration.getVertices().values()) {
      count += vertex.numParams(true);
    }
    Optional<INDArray> coefficients = coefficients(count);
    coefficients.map(INDArray::dataType).ifPresent(configuration::setDataType);
    ComputationGraph network = new ComputationGraph(configuration);
    if (coefficients.isPresent()) {
      network.init(coefficients.get(), false);
    } else {
      network.init();
    }
    return Deeplearning4jNetwork.of(network);
  }

  /** The array of all coefficients, or nothing for a network that has none. */
  private Optional<INDArray> coefficients(long count) throws IOException {
    ZipEntry entry = zip.getEntry(COEFFICIENTS);
    if (count == 0 && (entry == null || entry.getSize() == 0)) {
      return Optional.empty();
    }
    entry = entry(COEFFICIENTS, MOST_COEFFICIENT_BYTES);
    try (Checked stream = new Checked(entry);
        DataInputStream data = new DataInputStream(new BufferedInputStream(stream))) {
      CoefficientsHeader.check(data, entry.getSize(), count, where + "/" + COEFFICIENTS);
    }
    try (Checked stream = new Checked(entry);
        DataInputStream data = new DataInputStream(new BufferedInputStream(stream))) {
      INDArray array = Nd4j.read(data);
      stream.finish();
      return Optional.of(array);
    }
  }

  private ZipEntry entry(String name, long most) throws InvalidInputException {
    ZipEntry entry = zip.getEntry(name);
    if (entry == null) {
      throw new InvalidInputException(where, EXPECTED, "a zip without " + name);
    }
    long size = entry.getSize();
    long compressed = Math.max(1, entry.getCompressedSize());
    if (size < 0 || size > most || (size > SMALL && size / compressed > MOST_GROWTH)) {
      throw new InvalidInputException(
          where + "/" + name,
          "at most " + most + " bytes, and " + MOST_GROWTH + " times its compressed size",
          size + " bytes from " + compressed);
    }
    return entry;
  }

  /** An entry that ends where the zip says, and has the checksum that it says. */
  private final class Checked extends InputStream {
    private final ZipEntry entry;
    private final CheckedInputStream stream;
    private long left;

    Checked(ZipEntry entry) throws IOException {
      this.entry = entry;
      this.stream = new CheckedInputStream(zip.getInputStream(entry), new CRC32());
      this.left = entry.getSize();
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int count = stream.read(bytes, offset, length);
      left -= Math.max(0, count);
      if (left < 0) {
        throw new ZipException(entry.getName() + " is longer than " + entry.getSize() + " bytes");
      }
      return count;
    }

    /** Reads what is left, and compares. */
    void finish() throws IOException {
      transferTo(OutputStream.nullOutputStream());
      if (left != 0) {
        throw new ZipException(entry.getName() + " is shorter than " + entry.getSize() + " bytes");
      } else if (entry.getCrc() != stream.getChecksum().getValue()) {
        throw new ZipException(entry.getName() + " doesn't have its checksum");
      }
    }

    @Override
    public void close() throws IOException {
      stream.close();
    }
  }
}
