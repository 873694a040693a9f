package io.subpixel.conformance.cli;

import io.subpixel.commands.ExitStatus;
import io.subpixel.conformance.evaluate.cli.DegradationOption;
import io.subpixel.conformance.parity.Parity;
import io.subpixel.conformance.parity.PictureParity;
import io.subpixel.converter.source.NetworkFile;
import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.Plane;
import io.subpixel.pictures.file.internal.HrPictures;
import io.subpixel.runtime.Device;
import io.subpixel.runtime.Upscaler;
import io.subpixel.trainer.internal.SameDiffNetwork;
import io.subpixel.trainer.network.Network;
import io.subpixel.zoo.ModelCard;
import io.subpixel.zoo.VerificationException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code conformance parity}. */
@Command(
    name = "parity",
    description = {
      "Upscales pictures by SameDiff and by ONNX Runtime and compares them with the originals.",
      "Status 4 if their PSNR differ by more than 1e-4 dB."
    },
    sortOptions = false)
final class ParityCommand implements Callable<Integer> {
  private static final JsonMapper JSON = new JsonMapper();

  /** Side of the picture that a network's scale is measured with. */
  private static final int PROBE = 8;

  @Spec private CommandSpec spec;

  @Option(
      names = "--from",
      required = true,
      paramLabel = "RUN|MODEL.fb",
      description = "The trained network.")
  private Path from;

  @Option(
      names = "--onnx",
      required = true,
      paramLabel = "MODEL.onnx",
      description = "The model exported from it.")
  private Path onnx;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DIR|FILE",
      description = "HR pictures: a folder of them, or one.")
  private Path data;

  @Mixin private final DegradationOption degradation = new DegradationOption();

  @Option(names = "--json", description = "Print a line of JSON for each picture.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    NetworkFile network = NetworkFile.read(from);
    for (String needed : List.of(Network.LR, Network.SR)) {
      if (!network.sameDiff().hasVariable(needed)) {
        throw new InvalidInputException(
            network.file().toString(), "a network with a variable named " + needed, "none");
      }
    }
    List<Path> pictures = HrPictures.files(data);
    List<PictureParity> results = new ArrayList<>();
    PrintWriter out = spec.commandLine().getOut();
    try (Upscaler upscaler = Upscaler.builder().model(onnx).device(Device.CPU).open()) {
      SameDiffNetwork samediff = new SameDiffNetwork(network.sameDiff());
      checkScale(network.file(), samediff, upscaler.card());
      Parity parity = new Parity(samediff, upscaler, degradation.of(upscaler.card()));
      for (Path picture : pictures) {
        PictureParity result = parity.compare(picture);
        results.add(result);
        out.println(json ? JSON.writeValueAsString(result) : line(result));
        out.flush();
      }
    }
    PictureParity worst =
        results.stream()
            .max((a, b) -> Double.compare(a.psnrDifference(), b.psnrDifference()))
            .orElseThrow();
    if (!json) {
      out.printf(
          Locale.ROOT,
          "%d pictures: SameDiff %.6f dB, ONNX Runtime %.6f dB, bicubic %.2f dB; PSNR differ by at"
              + " most %.1e dB, values by %.1e, %.4f %% of bytes equal%n",
          results.size(),
          mean(results, PictureParity::samediffPsnr),
          mean(results, PictureParity::onnxPsnr),
          mean(results, PictureParity::bicubicPsnr),
          worst.psnrDifference(),
          results.stream().mapToDouble(PictureParity::largestDifference).max().orElseThrow(),
          100 * mean(results, PictureParity::equalBytes));
      out.flush();
    }
    // A difference of NaN must fail too.
    if (!(worst.psnrDifference() <= Parity.TOLERANCE_DB)) {
      throw new VerificationException(
          String.format(
              Locale.ROOT,
              "%s: expected PSNR within %.0e dB of each other, received %.6f by SameDiff and %.6f by"
                  + " ONNX Runtime",
              worst.picture(),
              Parity.TOLERANCE_DB,
              worst.samediffPsnr(),
              worst.onnxPsnr()));
    }
    return ExitStatus.DONE;
  }

  private void checkScale(Path file, SameDiffNetwork samediff, ModelCard card)
      throws InvalidInputException {
    Plane[] probe = new Plane[card.channels()];
    Arrays.fill(probe, new Plane(PROBE, PROBE));
    int enlarged = samediff.apply(probe)[0].width();
    if (enlarged != PROBE * card.scale()) {
      throw new InvalidInputException(
          file.toString(),
          "a network of scale " + card.scale() + " like " + onnx,
          PROBE + " pixels that became " + enlarged);
    }
  }

  private static String line(PictureParity p) {
    return String.format(
        Locale.ROOT,
        "%-20s SameDiff %.6f dB  ONNX Runtime %.6f dB  difference %.1e dB  largest %.1e  equal"
            + " bytes %.4f %%",
        p.picture(),
        p.samediffPsnr(),
        p.onnxPsnr(),
        p.psnrDifference(),
        p.largestDifference(),
        100 * p.equalBytes());
  }

  private static double mean(List<PictureParity> results, ToDoubleFunction<PictureParity> figure) {
    return results.stream().mapToDouble(figure).average().orElseThrow();
  }
}
